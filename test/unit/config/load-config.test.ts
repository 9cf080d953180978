import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig, parseConfig } from '../../../src/config/load-config.js';
import { JudgeError } from '../../../src/errors.js';

const FILE = '/etc/minos/judge.config.yaml';

function complaint(text: string): JudgeError {
  try {
    parseConfig(text, FILE);
  } catch (error) {
    if (error instanceof JudgeError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('the configuration', () => {
  it('has a default for everything but the languages', () => {
    expect(parseConfig('', FILE)).toMatchObject({
      dataDirectory: '/etc/minos/.minos',
      limits: { outputBytes: 8 * 2 ** 20, codeBytes: 128 * 2 ** 10, validationCpuTimeMs: 60_000 },
      sandbox: { driver: 'docker', slots: 'auto', firstUid: 60_000 },
      cache: { artifactBytes: 2 * 2 ** 30, compilationBytes: 64 * 2 ** 20 },
      blobs: { directory: '/etc/minos/.minos/blobs' },
      http: { host: '127.0.0.1', port: 8080 },
      languages: undefined,
    });
  });

  it('takes a bucket for blobs, whose key it only names', () => {
    const text =
      'blobs: { directory: spool, s3: { endpoint: "https://s3.example.org", bucket: minos } }';
    expect(parseConfig(text, FILE).blobs).toEqual({
      directory: '/etc/minos/spool',
      s3: {
        endpoint: 'https://s3.example.org',
        bucket: 'minos',
        region: 'us-east-1',
        prefix: '',
        accessKeyIdEnv: 'MINOS_S3_ACCESS_KEY_ID',
        secretAccessKeyEnv: 'MINOS_S3_SECRET_ACCESS_KEY',
      },
    });
  });

  it('converts units once, and keeps the defaults of a section that states a part', () => {
    const { limits } = parseConfig('limits: { output_mib: 2, compilation_time_s: 10 }', FILE);
    expect(limits).toMatchObject({
      outputBytes: 2 * 2 ** 20,
      compilationCpuTimeMs: 10_000,
      validationOutputBytes: 8 * 2 ** 20,
    });
  });

  it('is frozen through and through', () => {
    const config = parseConfig('languages: [{ id: c, profile: { memory_mib: 64 } }]', FILE);
    expect(Object.isFrozen(config.sandbox)).toBe(true);
    const [language] = config.languages as [{ profile: object }];
    expect(Object.isFrozen(language.profile)).toBe(true);
  });

  it.each([
    ['sandbox: { slots: 0 }', 'sandbox.slots'],
    ['sandbox: { slots: many }', 'sandbox.slots must be auto or a whole number'],
    ['sandbox: { slot: 1 }', 'sandbox.slot is not a known key'],
    ['sandbox: { engine: /var/run/docker.sock }', 'sandbox.engine must be unix:///PATH'],
    ['sandbox: { runtime: ../runc }', 'sandbox.runtime must be a name'],
    ['cache: { artifacts_mib: 8 }', 'cache.artifacts_mib must not be less than 64'],
    ['cache: { compilations_mib: -1 }', 'cache.compilations_mib must not be less than 0'],
    ['sandbox:', 'sandbox must be a mapping'],
    ['database: { url: localhost }', 'database.url must be of the form postgresql://'],
    ['http: 80', 'http must be a mapping'],
    ['blobs: { s3: { bucket: minos } }', 'blobs.s3.endpoint must be a URL'],
    ['blobs: { s3: { endpoint: "https://a:b@c", bucket: minos } }', 'blobs.s3.endpoint must be'],
    ['blobs: { s3: { endpoint: "https://s3", bucket: A } }', 'blobs.s3.bucket must be the name'],
    ['webhooks: { allow_http: "yes" }', 'webhooks.allow_http must be a boolean'],
    ['webhooks: { allow_addresses: 10.0.0.0/8 }', 'webhooks.allow_addresses must'],
    ['webhooks: { allow_addresses: [10.0.0.1] }', 'webhooks.allow_addresses must be networks'],
    ['webhooks: { allow_addresses: [999.0.0.0/8] }', 'webhooks.allow_addresses must be networks'],
    ['metrics: { worker_port: 0 }', 'metrics.worker_port must not be less than 1'],
    ['logs: { level: loud }', 'logs.level must be debug, info, warn or error'],
    ['limits: { output_mib: .inf }', 'limits.output_mib must'],
    ['limits: { code_kib: -1 }', 'limits.code_kib must not be less than 1'],
    ['limits: { code_kib: "128" }', 'limits.code_kib must'],
    ['image: {}', 'image is not a known key'],
    ['- a', 'must be a mapping'],
    ['a: 1\na: 2', 'Map keys must be unique'],
    ['a: [', 'Flow sequence'],
  ])('refuses %j, naming file and key', (text, words) => {
    const { code, message } = complaint(text);
    expect(code).toBe('bad-config');
    expect(message).toContain(FILE);
    expect(message).toContain(words);
    expect(message).not.toContain('\n');
  });

  it('names the line, and further faults in the details', () => {
    const { message, details } = complaint('http:\n  port: 70000\nlimits:\n  code_kib: 0\n');
    expect([message, ...details].sort()).toEqual([
      `${FILE}:2: http.port must not be greater than 65535`,
      `${FILE}:4: limits.code_kib must not be less than 1`,
    ]);
  });

  it('refuses an alias bomb', () => {
    const bomb = ['languages:', '  a: &a [1,1,1,1,1,1,1,1,1]']
      .concat(
        ['b', 'c', 'd', 'e'].map((name, index) => {
          const above = ['a', 'b', 'c', 'd'][index] ?? '';
          return `  ${name}: &${name} [${Array(9).fill(`*${above}`).join(',')}]`;
        }),
      )
      .join('\n');
    expect(complaint(bomb).message).toContain('alias');
  });
});

describe('the configuration file', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'minos-config-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('gives the data directory relative to itself', () => {
    const file = join(directory, 'judge.config.yaml');
    writeFileSync(file, 'data_directory: state');
    expect(loadConfig(file).dataDirectory).toBe(join(directory, 'state'));
  });

  it('is named when it cannot be read', () => {
    const file = join(directory, 'absent.yaml');
    expect(() => loadConfig(file)).toThrow(`${file}: cannot be read`);
  });

  it('as shipped is valid', () => {
    const shipped = new URL('../../../judge.config.yaml', import.meta.url).pathname;
    expect(loadConfig(shipped).file).toBe(shipped);
  });
});
