import type { ByteSink, ByteSource, StagedFile } from './bytes.js';
import type { ExecutionLimits } from './limits.js';

/** One process in one fresh container. */
export interface ExecutionRequest {
  readonly purpose: 'compile' | 'run' | 'validate';
  /** Name of the toolchain whose image is used. */
  readonly toolchain: string;
  /** An absolute path first; no shell in between. */
  readonly command: readonly string[];
  /** The whole environment of the program. */
  readonly environment: Readonly<Record<string, string>>;
  /** Staged read-only under /box. */
  readonly files: readonly StagedFile[];
  /** Put into the work directory, owned by the program, which may change them. */
  readonly workFiles: readonly StagedFile[];
  /** Staged as a file, so that stdin is seekable and timing is free of the transport. */
  readonly stdin: ByteSource;
  readonly limits: ExecutionLimits;
  /** What happens at the output limit: the program is killed, or the rest is dropped. */
  readonly onOutputLimit: 'kill' | 'truncate';
  /** One descriptor for stdout and stderr. */
  readonly mergeStderr: boolean;
  /** Names under the work directory that are handed out after the end; absent ones are left out. */
  readonly collect: readonly string[];
  /** Cap over all collected files together. */
  readonly collectBytes: number;
  /** No other execution of this machine runs meanwhile (for timing a borderline run again). */
  readonly alone?: boolean;
}

/** Where the bytes of the program go while it runs. */
export interface ExecutionOutput {
  readonly stdout: ByteSink;
  readonly stderr: ByteSink;
}

/** How the program ended, from its wait status. */
export type ProcessEnd =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'signalled'; readonly signal: number };

/** Which limit made the supervisor kill, if any. What is over the stderr limit is dropped. */
export type StopCause = 'none' | 'cpu-time' | 'wall-time' | 'stdout-limit';

export interface ExecutionOutcome {
  readonly end: ProcessEnd;
  readonly stopCause: StopCause;
  /** Kills by the kernel's out-of-memory killer during this execution. */
  readonly outOfMemoryKills: number;
  /** Of all the processes together, from the cgroup. */
  readonly cpuTimeMs: number;
  readonly wallTimeMs: number;
  /** Of a stop by wall time: how long the program was ready to run and others had the core. */
  readonly starvedMs: number;
  /** Peak, less page cache, staged input and baseline. */
  readonly memoryBytes: number;
  /** Bytes the program wrote, also those beyond the limit that were seen. */
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
  readonly stdoutTruncated: boolean;
  readonly stderrTruncated: boolean;
  /** The collected files, in the order asked for. */
  readonly collected: readonly StagedFile[];
  /** Why a name that was there was not collected: a symlink, too large, … */
  readonly collectProblem?: string;
}
