import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { JudgeError } from '../errors.js';
import type { Language, LanguageProfile, OutOfMemorySign } from '../judging/language.js';
import {
  LANGUAGE_ID,
  LanguageEntry,
  type OutOfMemorySignEntry,
  type ProfileEntry,
} from './language-file.js';

const MIB = 2 ** 20;

/** What every program finds in its environment; an entry adds to it, and may replace parts. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  HOME: '/w',
  TMPDIR: '/w',
  LANG: 'C.UTF-8',
};

/**
 * Reads the `languages` section: a mapping of ids to entries, whose order decides which language
 * gets an extension that several claim.
 * @param section as parsed from YAML.
 * @param file named in errors.
 * @throws JudgeError `bad-config`, naming file and key.
 */
export function readLanguages(section: unknown, file: string): readonly Language[] {
  if (!isMapping(section)) {
    throw new JudgeError('bad-config', `${file}: languages must be a mapping of ids to languages`);
  }
  const entries = Object.entries(section);
  if (entries.length === 0) throw new JudgeError('bad-config', `${file}: languages is empty`);
  return Object.freeze(entries.map(([id, entry]) => readLanguage(id, entry, file)));
}

function readLanguage(id: string, entry: unknown, file: string): Language {
  const key = `languages.${id}`;
  if (!LANGUAGE_ID.test(id)) {
    throw new JudgeError(
      'bad-config',
      `${file}: ${key} is not an id: lower-case letters, digits, + # . _ -`,
    );
  }
  if (!isMapping(entry)) throw new JudgeError('bad-config', `${file}: ${key} must be a mapping`);
  const parsed = plainToInstance(LanguageEntry, entry, { exposeDefaultValues: true });
  const problems = [
    ...validateSync(parsed, { whitelist: true, forbidNonWhitelisted: true }).flatMap((error) =>
      faultsOf(error, key),
    ),
    ...environmentFaults(parsed.environment, `${key}.environment`),
  ].map((fault) => `${file}: ${fault}`);
  const [first, ...others] = problems;
  if (first !== undefined) throw new JudgeError('bad-config', first, { details: others });
  return deepFreeze(toLanguage(id, parsed));
}

function toLanguage(id: string, entry: LanguageEntry): Language {
  return {
    id,
    name: entry.name,
    aliases: entry.aliases,
    toolchain: entry.toolchain,
    extensions: entry.extensions,
    sourceFile: entry.source_file,
    compile: entry.compile,
    artifacts: entry.artifacts,
    run: entry.run,
    version: entry.version,
    ...(entry.probe === undefined ? {} : { probe: entry.probe }),
    environment: { ...ENVIRONMENT, ...entry.environment },
    profile: toProfile(entry.profile),
  };
}

function toProfile(entry: ProfileEntry): LanguageProfile {
  return {
    memoryBytes: entry.memory_mib * MIB,
    memoryOverheadBytes: entry.memory_overhead_mib * MIB,
    cpuTimeFactor: entry.cpu_factor,
    extraCpuTimeMs: entry.extra_cpu_ms,
    processes: entry.processes,
    ...(entry.stack_mib === undefined ? {} : { stackBytes: entry.stack_mib * MIB }),
    ...(entry.address_space_mib === undefined
      ? {}
      : { addressSpaceBytes: entry.address_space_mib * MIB }),
    executableWork: entry.executable_work,
    sharedMemoryBytes: entry.shared_memory_mib * MIB,
    ...(entry.cpu_quota === undefined ? {} : { cpuQuota: entry.cpu_quota }),
    outOfMemorySigns: entry.out_of_memory_signs.map(toSign),
  };
}

function toSign(entry: OutOfMemorySignEntry): OutOfMemorySign {
  return {
    ...(entry.exit_code === undefined ? {} : { exitCode: entry.exit_code }),
    ...(entry.signal === undefined ? {} : { signal: entry.signal }),
    ...(entry.stderr === undefined ? {} : { stderr: entry.stderr }),
  };
}

/** One line for each fault, the key first. */
function faultsOf(error: ValidationError, above: string): readonly string[] {
  const path = `${above}.${error.property}`;
  const below = (error.children ?? []).flatMap((child) => faultsOf(child, path));
  const [constraint] = Object.entries(error.constraints ?? {});
  if (constraint === undefined) return below;
  return [`${path} ${wording(constraint, error)}`, ...below];
}

function wording([rule, message]: [string, string], error: ValidationError): string {
  if (rule === 'whitelistValidation') return 'is not a known key';
  if (error.value === undefined) return 'is missing';
  if (rule === 'isObject' || rule === 'nestedValidation') return 'must be a mapping';
  // class-validator begins its texts with the name of the property, which the path already says.
  return message
    .replace(`${error.property} `, '')
    .replace('each value in ', 'each element ')
    .replace('an integer number', 'a whole number');
}

function environmentFaults(environment: unknown, key: string): readonly string[] {
  if (!isMapping(environment)) return [];
  return Object.entries(environment).flatMap(([name, value]) => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      return [`${key}.${name} is not the name of a variable`];
    if (typeof value !== 'string') return [`${key}.${name} must be a text (put it in quotes)`];
    return value.includes('\0') ? [`${key}.${name} holds a NUL byte`] : [];
  });
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
