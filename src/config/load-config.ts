import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { JudgeError } from '../errors.js';
import type { BlobsConfig, Config, HttpConfig } from './config.js';
import { ConfigFile } from './config-file.js';

const KIB = 2 ** 10;
const MIB = 2 ** 20;
/** A configuration of a hundred languages has a tenth of it. */
const MAX_FILE_BYTES = MIB;

/**
 * Reads, checks and freezes the configuration.
 * @throws JudgeError `bad-config`, naming file, line and key.
 */
export function loadConfig(file: string): Config {
  return parseConfig(readText(file), file);
}

export function parseConfig(text: string, file: string): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: '1.2', schema: 'core' });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw badConfig(`${file}: ${firstLine(problem.message)}`);

  const content = plainContent(document, file);
  // The languages' data is checked by its own room, and is not copied for class-transformer.
  const { languages, ...rest } = content;
  const parsed = plainToInstance(ConfigFile, rest, { exposeDefaultValues: true });
  const faults = validateSync(parsed, { whitelist: true, forbidNonWhitelisted: true }).flatMap(
    (error) => faultsOf(error, []),
  );
  const [first, ...others] = faults.map((fault) => describe(fault, document, lines, file));
  if (first !== undefined) throw badConfig(first, others);
  return deepFreeze(toConfig(parsed, languages, file));
}

function readText(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new JudgeError('bad-config', `${file}: cannot be read`, { cause: error });
  }
  if (text.length > MAX_FILE_BYTES) throw badConfig(`${file}: is larger than 1 MiB`);
  return text;
}

function plainContent(document: Document, file: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new JudgeError('bad-config', `${file}: ${firstLine(String(error))}`, { cause: error });
  }
  if (content === null) return {};
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw badConfig(`${file}: must be a mapping of sections`);
  }
  return content as Record<string, unknown>;
}

interface Fault {
  readonly path: readonly string[];
  readonly message: string;
}

function faultsOf(error: ValidationError, above: readonly string[]): readonly Fault[] {
  const path = [...above, error.property];
  // One complaint for each key is enough; the type's says most.
  const constraints = Object.entries(error.constraints ?? {});
  const constraint = constraints.find(([rule]) => rule.startsWith('is')) ?? constraints[0];
  const own = constraint === undefined ? [] : [{ path, message: wording(constraint, path) }];
  return [...own, ...(error.children ?? []).flatMap((child) => faultsOf(child, path))];
}

function wording([rule, message]: [string, string], path: readonly string[]): string {
  if (rule === 'whitelistValidation') return 'is not a known key';
  if (rule === 'isObject' || rule === 'nestedValidation') return 'must be a mapping';
  // class-validator begins its texts with the name of the property, which the path already says.
  return message
    .replace(`${path.at(-1) ?? ''} `, '')
    .replace('an integer number', 'a whole number');
}

function describe(fault: Fault, document: Document, lines: LineCounter, file: string): string {
  const node: unknown = document.getIn(fault.path, true);
  const range =
    typeof node === 'object' && node !== null ? (node as { range?: [number] | null }).range : null;
  const line = range ? `:${lines.linePos(range[0]).line}` : '';
  return `${file}${line}: ${fault.path.join('.')} ${fault.message}`;
}

function toConfig(parsed: ConfigFile, languages: unknown, file: string): Config {
  const { images, limits, sandbox, cache, http, database, webhooks, metrics, logs, blobs } = parsed;
  const dataDirectory = resolve(dirname(file), parsed.data_directory);
  return {
    file,
    dataDirectory,
    images: { base: images.base, buildNetwork: images.build_network },
    limits: {
      outputBytes: limits.output_mib * MIB,
      codeBytes: limits.code_kib * KIB,
      compilationCpuTimeMs: limits.compilation_time_s * 1000,
      compilationMemoryBytes: limits.compilation_memory_mib * MIB,
      validationCpuTimeMs: limits.validation_time_s * 1000,
      validationMemoryBytes: limits.validation_memory_mib * MIB,
      validationOutputBytes: limits.validation_output_mib * MIB,
    },
    sandbox: {
      driver: sandbox.driver,
      slots: sandbox.slots,
      ahead: sandbox.ahead,
      firstUid: sandbox.first_uid,
      ...(sandbox.engine === undefined ? {} : { engine: sandbox.engine }),
      ...(sandbox.runtime === undefined ? {} : { runtime: sandbox.runtime }),
    },
    cache: {
      artifactBytes: cache.artifacts_mib * MIB,
      compilationBytes: cache.compilations_mib * MIB,
    },
    blobs: toBlobsConfig(
      blobs,
      resolve(dirname(file), blobs.directory ?? join(dataDirectory, 'blobs')),
    ),
    http: toHttpConfig(http),
    database: database.url === undefined ? {} : { url: database.url },
    webhooks: { allowHttp: webhooks.allow_http, allowAddresses: webhooks.allow_addresses },
    metrics: {
      workerHost: metrics.worker_host,
      ...(metrics.worker_port === undefined ? {} : { workerPort: metrics.worker_port }),
    },
    logs: { level: logs.level },
    languages,
  };
}

function toHttpConfig(http: ConfigFile['http']): HttpConfig {
  const limits = http.rate_limit;
  return {
    host: http.host,
    port: http.port,
    trustedProxies: http.trusted_proxies,
    rateLimit: {
      tokenPerMinute: limits.token_per_minute,
      anonymousPerMinute: limits.anonymous_per_minute,
      failedTokensPerMinute: limits.failed_tokens_per_minute,
      signInPerMinute: limits.sign_in_per_minute,
    },
  };
}

function toBlobsConfig({ s3 }: ConfigFile['blobs'], directory: string): BlobsConfig {
  if (s3 === undefined) return { directory };
  const { endpoint, bucket, region, prefix } = s3;
  return {
    directory,
    s3: {
      endpoint,
      bucket,
      region,
      prefix,
      accessKeyIdEnv: s3.access_key_id_env,
      secretAccessKeyEnv: s3.secret_access_key_env,
    },
  };
}

function badConfig(message: string, details: readonly string[] = []): JudgeError {
  return new JudgeError('bad-config', message, { details });
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
