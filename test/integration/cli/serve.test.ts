import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPostgres } from '../../../src/database/embedded/embedded-postgres.js';
import { homeInUse } from '../../../src/database/embedded/home.js';
import { findPostmaster } from '../../../src/database/embedded/postmaster.js';
import { query } from '../../fixtures/query.js';
import { minos, ROOT, start, type RunningCommand } from './command-line.js';

/** On a machine that does ten other things at once. */
const SOON = { timeout: 120_000, interval: 100 };
const URL_OF = /Minos runs at (http:\S+)/;
const SECRET = /mns_once_[A-Za-z0-9_-]{43}/;

let directory: string;
let dataDirectory: string;
let config: string;
const running: RunningCommand[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'minos-start-'));
  dataDirectory = join(directory, '.minos');
  config = join(directory, 'judge.config.yaml');
  await copyFile(join(ROOT, 'judge.config.yaml'), config);
});
afterEach(async () => {
  for (const { child, result } of running.splice(0)) {
    child.kill('SIGTERM');
    await result;
  }
  const home = await homeInUse(dataDirectory).catch(() => undefined);
  if (home !== undefined) {
    await expect.poll(() => findPostmaster(home.data), SOON).toBeUndefined();
    await rm(dirname(home.data), { recursive: true });
  }
  await rm(directory, { recursive: true, force: true });
});

const env = { ...process.env, DATABASE_URL: undefined };

/** `minos start` with the database in a directory of the test. */
function startMinos(...args: readonly string[]) {
  let output = '';
  const command = start(['--config', config, 'start', '--port', '0', ...args], { env });
  command.child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  running.push(command);
  const url = async () => {
    await command.saw('Ctrl-C stops it');
    return URL_OF.exec(output)?.[1] ?? '';
  };
  return { ...command, url, output: () => output };
}

/** The process that runs this script for the supervisor. */
async function childOf(supervisor: number, script: string): Promise<number | undefined> {
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    const isChild = parent.includes(`) S ${supervisor} `) || parent.includes(`) R ${supervisor} `);
    if (isChild && command.includes(script)) return Number(name);
  }
  return undefined;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

const isReady = (url: string) =>
  fetch(`${url}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );

describe('minos start', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('serves, and ends cleanly on %s', async (signal) => {
    const command = startMinos('--role', 'api');
    const url = await command.url();
    expect(await isReady(url)).toBe(true);
    command.child.kill(signal);
    expect((await command.result).exitCode).toBe(0);
    expect(await isReady(url)).toBe(false);
    expect(await findPostgres(dataDirectory)).toBeUndefined();
  });

  it('says why it cannot listen', async () => {
    const args = ['--config', config, 'start', '--role', 'api', '--host', '203.0.113.1'];
    const result = await minos([...args, '--port', '80'], { env });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('cannot listen on 203.0.113.1 port 80');
  });

  it('lets the first administrator in once, and knows it again', async () => {
    const first = startMinos('--role', 'api');
    const url = await first.url();
    await first.saw('The secret is also in');
    const secret = SECRET.exec(first.output())?.[0] ?? '';
    const file = join(dataDirectory, 'first-administrator');
    expect(await readFile(file, 'utf8')).toBe(`${secret}\n`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const signIn = () =>
      fetch(`${url}/api/v1/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ secret }),
      });
    expect((await signIn()).ok).toBe(true);
    expect((await signIn()).status).toBe(401);
    first.child.kill('SIGTERM');
    await first.result;

    const second = startMinos('--role', 'api');
    await second.url();
    await second.saw('The administrator admin exists');
    expect(second.output()).not.toMatch(SECRET);
    await expect(stat(file)).rejects.toThrow('ENOENT');

    const renewed = await minos(['--config', config, 'admin-secret'], { env });
    expect(renewed.exitCode).toBe(0);
    expect(renewed.stdout).toMatch(SECRET);
  });

  it('says that it runs already, and where', async () => {
    const first = startMinos();
    const url = await first.url();
    await expect
      .poll(async () => {
        const second = await minos(['--config', config, 'start'], { env });
        expect(second.exitCode).toBe(2);
        return second.stderr;
      }, SOON)
      .toContain(`Minos runs already at ${url}`);
    expect(await isReady(url)).toBe(true);
  });

  it('starts an API again that was killed, and a database', async () => {
    const port = await freePort();
    const command = startMinos('--role', 'api', '--port', String(port));
    const url = await command.url();
    const supervisor = command.child.pid ?? 0;
    const api = await childOf(supervisor, 'main.js');
    process.kill(api ?? 0, 'SIGKILL');
    await expect
      .poll(async () => {
        const now = await childOf(supervisor, 'main.js');
        return now !== undefined && now !== api && (await isReady(url));
      }, SOON)
      .toBe(true);

    const home = await homeInUse(dataDirectory);
    const server = Number.parseInt(
      await readFile(join(home?.data ?? '', 'postmaster.pid'), 'utf8'),
      10,
    );
    process.kill(server, 'SIGKILL');
    await command.saw('the database ended');
    await expect.poll(async () => findPostgres(dataDirectory), SOON).toBeDefined();
    await expect.poll(() => isReady(url), SOON).toBe(true);
    command.child.kill('SIGTERM');
    expect((await command.result).exitCode).toBe(0);
  });

  it('leaves nothing behind when it is killed, and the next start takes over', async () => {
    const first = startMinos('--role', 'api');
    const url = await first.url();
    const api = (await childOf(first.child.pid ?? 0, 'main.js')) ?? 0;
    first.child.kill('SIGKILL');
    await first.result;
    await expect.poll(() => isReady(url), SOON).toBe(false);
    const second = startMinos('--role', 'api');
    expect(await isReady(await second.url())).toBe(true);
    second.child.kill('SIGKILL');
    await second.result;
    // Nobody takes over this time: the database ends, too.
    await expect.poll(() => findPostgres(dataDirectory), SOON).toBeUndefined();
    await expect(readFile(`/proc/${api}/cmdline`)).rejects.toThrow();
  });

  it('refuses a database of which it cannot say where it is, without repeating its password', async () => {
    const args = ['--config', config, 'start'];
    const wrong = { ...env, DATABASE_URL: 'mysql://minos:hunter2@db/minos' };
    const result = await minos(args, { env: wrong });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('DATABASE_URL must be of the form');
    const silent = { ...env, DATABASE_URL: 'postgresql://minos:hunter2@127.0.0.1:1/minos' };
    const unanswered = await minos(args, { env: silent });
    expect(unanswered.exitCode).toBe(3);
    expect(unanswered.stderr).toContain('[database-unavailable]');
    expect(result.stderr + unanswered.stderr).not.toContain('hunter2');
  });
});

describe('minos backup and minos restore', () => {
  it('carry everything to another installation', async () => {
    const first = startMinos('--role', 'api');
    await first.url();
    const file = join(directory, 'backup.tar.gz');
    const made = await minos(['--config', config, 'backup', file], { env });
    expect(made.stderr + made.stdout).toContain('rows');
    expect(made.exitCode).toBe(0);
    const refused = await minos(['--config', config, 'restore', file], { env });
    expect(refused.stderr).toContain('[already-running]');
    first.child.kill('SIGTERM');
    await first.result;

    const full = await minos(['--config', config, 'restore', file], { env });
    expect(full.stderr).toContain('[conflict]');
    const forced = await minos(['--config', config, 'restore', '--force', file], { env });
    expect(forced.exitCode).toBe(0);
    const again = startMinos('--role', 'api');
    await again.url();
    await again.saw('has not signed in yet');
    const accounts = await query<{ name: string }>(
      (await findPostgres(dataDirectory)) ?? '',
      'select name from accounts where admin',
    );
    expect(accounts).toContainEqual({ name: 'admin' });
  });
});

/** Everything as somebody who is not root, in a directory that root's umask does not open. */
describe.runIf(process.getuid?.() === 0)('minos start as an ordinary user', () => {
  it('runs a database of that user', async () => {
    await mkdir(dataDirectory);
    await writeFile(join(dataDirectory, 'x'), '');
    execFileSync('chown', ['-R', '65534:65534', directory]);
    const args = ['--config', config, 'start', '--port', '0', '--role', 'api'];
    const command = start(['-c', 'exec "$0" "$@"', join(ROOT, 'minos'), ...args], {
      file: '/bin/sh',
      env: { ...env, HOME: directory },
      uid: 65534,
    });
    running.push(command);
    await command.saw('Ctrl-C stops it');
    const { uid } = await stat(join(dataDirectory, 'postgres'));
    expect(uid).toBe(65534);
    command.child.kill('SIGTERM');
    expect((await command.result).exitCode).toBe(0);
  });
});
