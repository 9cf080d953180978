import type { ByteSource } from '../judging/bytes.js';
import type { ComparisonOptions } from '../judging/comparison/comparison-options.js';
import type { Compilation } from '../judging/compilation.js';
import type { ExecutionOutcome } from '../judging/execution.js';
import type { JudgementEvent } from '../judging/judgement.js';
import type { Language, LanguageProfile } from '../judging/language.js';
import type { ExecutionLimits, ProblemLimits } from '../judging/limits.js';
import type { Verdict } from '../judging/verdict.js';

/** One hostile program, and what has to come of it. */
export interface HostileCase {
  /** Of the list in README.md; several programs may try the same thing. */
  readonly number: number;
  /** What holds, as a claim. */
  readonly title: string;
  /** Id of the language. */
  readonly language: string;
  /** A file or directory of `selftest/programs`, or the text itself. */
  readonly source: string | { readonly text: string | Uint8Array };
  /** Any of these is right for every test that says nothing else. */
  readonly expected: readonly Verdict[];
  /** Default: one without input, whose answer is "done". All are judged. */
  readonly tests?: readonly HostileTest[];
  readonly limits?: Partial<ProblemLimits>;
  readonly profile?: Partial<LanguageProfile>;
  readonly comparison?: Partial<ComparisonOptions>;
  readonly visibility?: 'sample' | 'secret';
  readonly entryPoint?: string;
  /** Files beside the source. */
  readonly files?: Readonly<Record<string, string>>;
  /** A validator of the problem's owner; hostile ones are among the cases. */
  readonly validator?: HostileValidator;
  /** The language as some subverted compiler would have it. */
  readonly changeLanguage?: (language: Language) => Language;
  /** What must be true besides verdicts and invariant. */
  readonly checks?: readonly Check[];
  /** Belongs to the subset that takes a minute. */
  readonly quick?: boolean;
}

export interface HostileTest {
  readonly input?: string | ByteSource;
  readonly answer?: string | ByteSource;
  readonly expected?: readonly Verdict[];
  readonly validatorArguments?: readonly string[];
}

export interface HostileValidator {
  readonly language: string;
  readonly source: string;
}

/** What was seen while one case was judged. */
export interface Observation {
  readonly events: readonly JudgementEvent[];
  readonly compilation: Compilation | undefined;
  /** In the order of ending; those of validators among them. */
  readonly executions: readonly ObservedExecution[];
  /** From the first event to the last. */
  readonly elapsedMs: number;
  /** How much the clock of the host moved against the steady one. */
  readonly clockDriftMs: number;
}

export interface ObservedExecution {
  readonly purpose: 'run' | 'validate';
  readonly limits: ExecutionLimits;
  readonly outcome: ExecutionOutcome;
  /** What the judge received, at most some MiB. */
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly elapsedMs: number;
}

/** @returns what does not hold, in words; nothing when it holds. */
export type Check = (seen: Observation) => string | undefined;

/** Names it in a report: `12 python3: …`. */
export function labelOf({ number, language, title }: HostileCase): string {
  return `${String(number).padStart(2, '0')} ${language}: ${title}`;
}
