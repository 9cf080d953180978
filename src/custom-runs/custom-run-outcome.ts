import type { ProcessEnd } from '../judging/execution.js';
import type { DecidingRule } from '../judging/run.js';

/** `custom_runs.files`. */
export interface CustomRunFile {
  readonly name: string;
  readonly base64: string;
}

/** `custom_runs.outcome`: what compiling and running a program on one's own input gave. No verdict. */
export type CustomRunOutcome =
  | { readonly kind: 'compile-failed'; readonly reason: string; readonly log: string }
  | {
      readonly kind: 'executed';
      readonly end: ProcessEnd;
      /** What a judgement would have held against it; null: it ended well, within its limits. */
      readonly rule: Exclude<DecidingRule, 'sandbox' | 'validator'> | null;
      /** In words; empty when it ended well. */
      readonly reason: string;
      readonly cpuTimeMs: number;
      readonly wallTimeMs: number;
      readonly memoryBytes: number;
      readonly stdout: CapturedOutput;
      readonly stderr: CapturedOutput;
      /** What the compiler said although it compiled. */
      readonly compileLog: string;
    }
  /** Our fault, after the last attempt. The message is for staff. */
  | { readonly kind: 'failed'; readonly message: string };

/** The beginning of what was written. */
export interface CapturedOutput {
  readonly base64: string;
  /** All that the program wrote, as far as it was seen. */
  readonly bytes: number;
  readonly truncated: boolean;
}

/** Kept of each stream. */
export const CUSTOM_RUN_OUTPUT_BYTES = 64 * 1024;

/** Payload on the control channel when it has ended. */
export function customRunTopic(id: string): string {
  return `custom-run:${id}`;
}
