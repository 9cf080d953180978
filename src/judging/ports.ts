import type { Artifact, ByteSink, ByteSource, StagedFile } from './bytes.js';
import type { Compilation } from './compilation.js';
import type { ExecutionOutcome, ExecutionOutput, ExecutionRequest } from './execution.js';
import type { Language } from './language.js';
import type { ExecutionLimits } from './limits.js';
import type { Program } from './submission.js';

/** What the core asks of the world. */
export interface Ports {
  readonly sandbox: Sandbox;
  readonly compiler: Compiler;
  readonly scratch: Scratch;
  /**
   * Has the language's probe judged, once.
   * @throws SandboxFailure when the language does not work here, so that no verdict by it counts.
   */
  prove(language: Language, signal?: AbortSignal): Promise<void>;
}

/** Turns source into what can be run. */
export interface Compiler {
  /** @throws SandboxFailure when the sandbox failed. A program that does not compile is a value. */
  compile(program: Program, limits: ExecutionLimits, signal?: AbortSignal): Promise<Compilation>;
  /** What is remembered of a program may be lost: it is looked at, or compiled, anew. */
  forget?(program: Program): void;
}

/** Runs one process in one fresh container. */
export interface Sandbox {
  /** How many executions can run at once. */
  readonly slots: number;
  /**
   * Runs the request and resolves with what happened, whatever the program did.
   * @throws SandboxFailure when the sandbox, not the program, failed. Never a verdict.
   * @throws the signal's reason once it is aborted; the container is gone by then.
   */
  execute(
    request: ExecutionRequest,
    output: ExecutionOutput,
    signal?: AbortSignal,
  ): Promise<ExecutionOutcome>;
  /** A hint: so many executions of this shape will follow soon; replaces the last hint of the shape. */
  prepare(shape: ContainerShape, count: number): void;
}

/**
 * Containers are made for staged bytes rounded up to this step, so that those made ahead, before
 * the artifact's size is known, fit.
 */
export const STAGED_STEP_BYTES = 4 * 2 ** 20;

/** What must be known of an execution before its container can be made. */
export type ContainerShape = Pick<ExecutionRequest, 'toolchain' | 'limits'> & {
  /** Upper bound of the staged files and stdin together. */
  readonly stagedBytes: number;
};

/** Keeps what compiling leaves, by content hash. */
export interface ArtifactStore {
  put(files: readonly StagedFile[]): Promise<Artifact>;
}

/** Room for team output that a custom validator is going to read. */
export interface Scratch {
  /** An empty spool, gone when disposed. */
  open(): Promise<Spool>;
}

export interface Spool extends ByteSink, AsyncDisposable {
  /** What has been written so far. */
  source(): Promise<ByteSource>;
}

/** The sandbox failed, not the program. Retried on another container, then JE. */
export class SandboxFailure extends Error {
  override readonly name = 'SandboxFailure';
}
