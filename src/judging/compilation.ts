import type { Artifact } from './bytes.js';

/** What came of compiling; for an interpreted language, of checking its syntax. */
export type Compilation =
  | ({ readonly kind: 'compiled'; readonly artifact: Artifact } & CompilationCost)
  | ({
      readonly kind: 'failed';
      readonly reason: string;
      /** The compiler rejected the program, within its limits: it would do so again. */
      readonly isRepeatable: boolean;
    } & CompilationCost);

interface CompilationCost {
  /** What the compiler printed, at most 64 KiB. */
  readonly log: string;
  readonly cpuTimeMs: number;
  readonly wallTimeMs: number;
  readonly memoryBytes: number;
}
