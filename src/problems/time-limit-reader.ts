import { readSmallFile } from './file-source.js';
import { parseDecimal } from './decimal.js';
import { badPackage } from './package-error.js';
import type { LossReport } from './package-notice.js';
import { findFile, type PackageDirectory, type PackageFile } from './package-tree.js';
import { numberBetween } from './problem-limits.js';
import type { TimeLimit, TimeLimitRule } from './time-limit.js';
import type { YamlSection } from './yaml-section.js';

const MAX_SECONDS = 3600;
const TIME_RANGE = { min: 0.001, max: MAX_SECONDS, unit: 's', whole: false };
/** Smaller than 1 occurs in packages whose accepted submission is the slowest there can be. */
const MULTIPLIER_RANGE = { min: 0.1, max: 1000, unit: '', whole: false };

const MAX_FILE_BYTES = 64 * 1024;
const TIMELIMIT_FILE = '.timelimit';
const DOMJUDGE_FILE = 'domjudge-problem.ini';

const DEFAULT_RULES = {
  legacy: { acceptedMultiplier: 5, tooSlowMultiplier: 2 },
  modern: { acceptedMultiplier: 2, tooSlowMultiplier: 1.5 },
};

/**
 * The time limit: `limits.time_limit`, else `.timelimit`, else `timelimit` of
 * domjudge-problem.ini, else computed from the accepted submissions.
 */
export async function readTimeLimit(
  root: PackageDirectory,
  limits: YamlSection | undefined,
  version: 'legacy' | 'modern',
  report: LossReport,
): Promise<TimeLimit> {
  const rule = readRule(limits, version);
  const stated = [
    limits === undefined ? undefined : statedInYaml(limits),
    await statedInFile(findFile(root, TIMELIMIT_FILE), (text) => text.trim(), undefined),
    await statedInFile(findFile(root, DOMJUDGE_FILE), iniTimeLimit, 'timelimit'),
  ].filter((limit) => limit !== undefined);
  const [first, ...others] = stated;
  if (first === undefined) return { kind: 'computed', rule };
  for (const other of others.filter(({ cpuTimeMs }) => cpuTimeMs !== first.cpuTimeMs)) {
    report.add(other.statedBy, `another time limit is stated by ${first.statedBy}, which counts`);
  }
  return { ...first, rule };
}

type StatedLimit = Omit<Extract<TimeLimit, { kind: 'stated' }>, 'rule'>;

function statedInYaml(limits: YamlSection): StatedLimit | undefined {
  const value = numberBetween(limits, 'time_limit', TIME_RANGE);
  if (value === undefined) return undefined;
  const statedBy = `${limits.file}: ${limits.keyName('time_limit')}`;
  return { kind: 'stated', cpuTimeMs: Math.round(value * 1000), statedBy };
}

function readRule(limits: YamlSection | undefined, version: 'legacy' | 'modern'): TimeLimitRule {
  const multipliers = limits?.section('time_multipliers');
  const read = (section: YamlSection | undefined, key: string): number | undefined =>
    section === undefined ? undefined : numberBetween(section, key, MULTIPLIER_RANGE);
  const resolution =
    limits === undefined ? undefined : numberBetween(limits, 'time_resolution', TIME_RANGE);
  return {
    acceptedMultiplier:
      read(multipliers, 'ac_to_time_limit') ??
      read(limits, 'time_multiplier') ??
      DEFAULT_RULES[version].acceptedMultiplier,
    tooSlowMultiplier:
      read(multipliers, 'time_limit_to_tle') ??
      read(limits, 'time_safety_margin') ??
      DEFAULT_RULES[version].tooSlowMultiplier,
    resolutionMs: Math.round((resolution ?? 1) * 1000),
    binding: multipliers !== undefined,
  };
}

async function statedInFile(
  file: PackageFile | undefined,
  extract: (text: string) => string | undefined,
  key: string | undefined,
): Promise<StatedLimit | undefined> {
  if (file === undefined) return undefined;
  if (file.sizeBytes > MAX_FILE_BYTES) {
    throw badPackage(file.path, `is larger than ${MAX_FILE_BYTES / 1024} KiB`);
  }
  const text = extract((await readSmallFile(file)).toString('utf8'));
  if (text === undefined) return undefined;
  const seconds = parseDecimal(text);
  if (seconds === undefined || seconds < TIME_RANGE.min || seconds > TIME_RANGE.max) {
    const range = `a number from ${TIME_RANGE.min} to ${TIME_RANGE.max} (s)`;
    throw badPackage(file.path, `must be ${range}, not ${JSON.stringify(text.slice(0, 40))}`, key);
  }
  const statedBy = key === undefined ? file.path : `${file.path}: ${key}`;
  return { kind: 'stated', cpuTimeMs: Math.round(seconds * 1000), statedBy };
}

/** `timelimit = 2`, `timelimit='0.5'`. */
function iniTimeLimit(text: string): string | undefined {
  const line = /^[ \t]*timelimit[ \t]*=[ \t]*(.*)$/im.exec(text)?.[1];
  return line
    ?.replace(/[;#].*$/, '')
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2');
}
