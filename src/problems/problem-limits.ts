import type { DefaultLimits } from '../config/config.js';
import type { ProblemLimits } from '../judging/limits.js';
import type { LossReport } from './package-notice.js';
import type { YamlSection } from './yaml-section.js';

const KIB = 2 ** 10;
const MIB = 2 ** 20;
const SECOND_MS = 1000;

/** A limit beyond these cannot be kept, and a package that states one is refused (2025-09 "Limits"). */
const MAX_SECONDS = 3600;
const MAX_MEMORY_MIB = 2 ** 20;
const MAX_BYTES_MIB = 4096;

/** Docker takes no less than 6 MiB, and no program runs in less. */
const MIN_MEMORY_MIB = 6;

interface LimitKey {
  readonly limit: Exclude<keyof ProblemLimits, 'cpuTimeMs'>;
  readonly unit: string;
  readonly scale: number;
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

const seconds = { unit: 's', scale: SECOND_MS, min: 0.001, max: MAX_SECONDS, whole: false };
const memory = { unit: 'MiB', scale: MIB, min: MIN_MEMORY_MIB, max: MAX_MEMORY_MIB, whole: true };
const bytes = { unit: 'MiB', scale: MIB, min: 1, max: MAX_BYTES_MIB, whole: true };

/** The keys of `limits` that are limits by themselves, in every version. */
const LIMIT_KEYS: Readonly<Record<string, LimitKey>> = {
  memory: { limit: 'memoryBytes', ...memory },
  output: { limit: 'outputBytes', ...bytes },
  code: { limit: 'codeBytes', ...bytes, unit: 'KiB', scale: KIB },
  compilation_time: { limit: 'compilationCpuTimeMs', ...seconds },
  compilation_memory: { limit: 'compilationMemoryBytes', ...memory },
  validation_time: { limit: 'validationCpuTimeMs', ...seconds },
  validation_memory: { limit: 'validationMemoryBytes', ...memory },
  validation_output: { limit: 'validationOutputBytes', ...bytes },
};

/** Keys that time-limit-reader.ts reads. */
const TIME_KEYS = new Set([
  'time_limit',
  'time_multiplier',
  'time_multipliers',
  'time_resolution',
  'time_safety_margin',
]);

/** Older names, and limits that the engine has no use for. */
const UNUSED_KEYS: Readonly<Record<string, string>> = {
  validation_passes: 'is of multi-pass problems only, and not used here',
  time_for_AC_submissions: 'is not used: the time limit decides',
};

/**
 * The limits that a package states, over the configured defaults. A memory limit that is not
 * stated is the language's.
 */
export function readProblemLimits(
  limits: YamlSection | undefined,
  defaults: DefaultLimits,
  report: LossReport,
): Omit<ProblemLimits, 'cpuTimeMs'> {
  const stated: Partial<Record<LimitKey['limit'], number>> = {};
  for (const key of limits?.keys ?? []) {
    if (limits === undefined || TIME_KEYS.has(key)) continue;
    const rule = Object.hasOwn(LIMIT_KEYS, key) ? LIMIT_KEYS[key] : undefined;
    if (rule === undefined) {
      const message = Object.hasOwn(UNUSED_KEYS, key) ? UNUSED_KEYS[key] : undefined;
      report.add(limits.file, message ?? 'is not known, and not used', limits.keyName(key));
      continue;
    }
    const value = numberBetween(limits, key, rule);
    if (value !== undefined) stated[rule.limit] = Math.round(value * rule.scale);
  }
  return { ...defaults, ...stated };
}

/** @throws JudgeError `bad-package` naming file, key and the range that is allowed. */
export function numberBetween(
  section: YamlSection,
  key: string,
  { min, max, unit, whole }: Pick<LimitKey, 'min' | 'max' | 'unit' | 'whole'>,
): number | undefined {
  const value = section.number(key);
  if (value === undefined) return undefined;
  if (value < min || value > max || (whole && !Number.isInteger(value))) {
    const kind = whole ? 'a whole number' : 'a number';
    const range = `${kind} from ${min} to ${max}${unit === '' ? '' : ` (${unit})`}`;
    throw section.error(key, `must be ${range}, not ${section.text(key) ?? ''}`);
  }
  return value;
}
