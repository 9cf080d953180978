/** What a package says about the time limit. */
export type TimeLimit =
  | {
      readonly kind: 'stated';
      readonly cpuTimeMs: number;
      /** File and key that state it. */
      readonly statedBy: string;
      /** By which margins the example submissions are looked at. */
      readonly rule: TimeLimitRule;
    }
  | { readonly kind: 'computed'; readonly rule: TimeLimitRule };

/**
 * How the limit follows from the example submissions. Legacy: `time_multiplier` (5) and
 * `time_safety_margin` (2); 2025-09: `time_multipliers.ac_to_time_limit` (2) and
 * `.time_limit_to_tle` (1.5).
 */
export interface TimeLimitRule {
  readonly acceptedMultiplier: number;
  readonly tooSlowMultiplier: number;
  /** The limit is a multiple of it. */
  readonly resolutionMs: number;
  /** The package states `time_multipliers` itself, and has to keep to them. Defaults are advice. */
  readonly binding: boolean;
}

/** Binary fractions: 1.1 × 10 is a little more than 11, and must not cost a whole step. */
const ROUNDING = 1e-9;

/**
 * The smallest positive multiple of the resolution that gives the slowest accepted submission its
 * margin: max(1, ⌈slowest × multiplier / resolution⌉) × resolution.
 */
export function computeTimeLimit(slowestAcceptedMs: number, rule: TimeLimitRule): number {
  const steps = Math.ceil(
    (slowestAcceptedMs * rule.acceptedMultiplier) / rule.resolutionMs - ROUNDING,
  );
  return Math.max(1, steps) * rule.resolutionMs;
}

/**
 * Is a submission that must be too slow too slow by the margin the rule asks for? (2025-09
 * "Problem timing"; a legacy safety margin is advice.)
 */
export function separates(
  cpuTimeLimitMs: number,
  fastestTooSlowMs: number,
  rule: TimeLimitRule,
): boolean {
  return cpuTimeLimitMs * rule.tooSlowMultiplier <= fastestTooSlowMs * (1 + ROUNDING);
}
