import type { ExecutionOutput, ExecutionRequest } from '../judging/execution.js';
import { SandboxFailure } from '../judging/ports.js';
import type { FileCollector } from './file-collector.js';
import { encodeJob, type JobIdentity, type LentFiles } from './supervisor-job.js';
import { FrameDecoder, type SupervisorEnd, type SupervisorFrame } from './supervisor-protocol.js';
import { SupervisorProtocolError } from './supervisor-protocol-error.js';
import type { ExecutionResult } from './supervisor-result.js';
import { Watchdog } from './watchdog.js';

/*
 * One job, from our end. Two things go on at once: the job is fed, and frames are received, because
 * a supervisor that refuses a job says so while we still send.
 *
 *   hello ─► feed job ───────────────┐
 *            receive S, O, E, F, D … ┴─► R ─► end of stream ─► exit code 0 ─► result
 *
 * The watchdog counts while we wait for the container, and stands still while a sink or a source
 * of ours is slow. It allows a stall in feeding and collecting, wall limit + grace for the run.
 */

/** The connection to a supervisor, whatever carries it. */
export interface SupervisorLink {
  /** Next bytes of its stdout, good until the next read; undefined at the end. Nothing is read ahead. */
  read(): Promise<Uint8Array | undefined>;
  /** Writes to its stdin. Resolves when the bytes have left; fails once it is gone. */
  write(chunk: Uint8Array): Promise<void>;
  /** Cuts the connection: reads and writes fail with this reason from now on. */
  abort(reason: unknown): void;
}

export interface SessionJob {
  readonly request: ExecutionRequest;
  readonly identity: JobIdentity;
  readonly lent?: LentFiles;
  readonly output: ExecutionOutput;
  readonly collector: FileCollector;
  /** Beyond the wall limit, until the container counts as hung. */
  readonly graceMs: number;
}

/** Docker took seconds when everything else on the machine built images. */
const HELLO_MS = 60_000;
/** Twenty times what the slowest step of feeding, collecting or ending took on a crowded machine. */
const STALL_MS = 30_000;

export class SupervisorSession {
  readonly #link: SupervisorLink;
  readonly #decoder = new FrameDecoder();

  constructor(link: SupervisorLink) {
    this.#link = link;
  }

  /** Resolves when the supervisor is ready for a job. */
  async awaitHello(): Promise<void> {
    using watchdog = new Watchdog(() => {
      this.#link.abort(new SandboxFailure('the supervisor did not start'));
    });
    watchdog.allow(HELLO_MS);
    for (;;) {
      const chunk = await this.#link.read();
      if (chunk === undefined) throw this.#endedEarly();
      for (const frame of this.#decode(chunk)) if (frame.kind === 'hello') return;
    }
  }

  /** Runs the one job. Resolves at the end of the stream; the exit code is the caller's to check. */
  async run(job: SessionJob, signal?: AbortSignal): Promise<ExecutionResult> {
    const abort = (): void => this.#link.abort(signal?.reason);
    signal?.throwIfAborted();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      return await this.#run(job);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  async #run(job: SessionJob): Promise<ExecutionResult> {
    const { request, identity } = job;
    using watchdog = new Watchdog((waitedMs) => {
      this.#link.abort(
        new SandboxFailure(`the container gave no sign of life for ${waitedMs / 1000} s`),
      );
    });
    this.#decoder.expectAnswer({ ...request, nonce: identity.nonce });
    const feeding = this.#feed(job, watchdog);
    try {
      await this.#receive(job, watchdog);
    } catch (error) {
      // Feeding must not go on waiting for a supervisor that nobody listens to any more.
      this.#link.abort(error);
      throw (await feeding) ?? error;
    }
    const sourceError = await feeding;
    if (sourceError !== undefined) throw sourceError;
    const end = this.#end();
    if (end.kind === 'failure') throw new SandboxFailure(end.message);
    return end.result;
  }

  /**
   * Resolves with what went wrong in a source of ours. That the supervisor does not take more is no
   * such thing: it then says why, or its stream ends.
   */
  async #feed({ request, identity, lent, graceMs }: SessionJob, watchdog: Watchdog) {
    try {
      for await (const chunk of encodeJob(request, identity, lent)) {
        watchdog.allow(STALL_MS);
        try {
          await this.#link.write(chunk);
        } catch {
          return undefined;
        }
        watchdog.pause();
      }
    } catch (error) {
      const failure = new SandboxFailure(`the job could not be sent: ${messageOf(error)}`, {
        cause: error,
      });
      this.#link.abort(failure);
      return failure;
    }
    watchdog.allow(request.limits.wallTimeMs + graceMs);
    return undefined;
  }

  async #receive(job: SessionJob, watchdog: Watchdog): Promise<void> {
    for (;;) {
      const chunk = await this.#link.read();
      if (chunk === undefined) return;
      watchdog.allowAtLeast(job.graceMs);
      for (const frame of this.#decode(chunk)) {
        const busy = this.#handle(frame, job, watchdog);
        if (busy === undefined) continue;
        watchdog.pause();
        await busy;
        watchdog.resume();
      }
    }
  }

  /** @returns a promise while one of our own sinks is busy. */
  #handle(
    frame: SupervisorFrame,
    { request, output, collector }: SessionJob,
    watchdog: Watchdog,
  ): Promise<void> | undefined {
    switch (frame.kind) {
      case 'hello':
      case 'started':
        return undefined;
      case 'stdout':
      case 'stderr':
        return output[frame.kind].write(frame.bytes) ?? undefined;
      case 'file':
        watchdog.allow(STALL_MS);
        return collector.begin({ ...frame, name: request.collect[frame.index] ?? '' });
      case 'data':
        watchdog.allow(STALL_MS);
        return collector.write(frame.bytes);
    }
  }

  *#decode(chunk: Uint8Array): Generator<SupervisorFrame> {
    try {
      yield* this.#decoder.push(chunk);
    } catch (error) {
      throw asFailure(error);
    }
  }

  #end(): SupervisorEnd {
    try {
      return this.#decoder.end();
    } catch (error) {
      throw asFailure(error);
    }
  }

  /** A supervisor that cannot run says why in its last frame. */
  #endedEarly(): SandboxFailure {
    const end = this.#end();
    return new SandboxFailure(end.kind === 'failure' ? end.message : 'the supervisor ended early');
  }
}

/** Errors of sinks and of the link pass as they are. */
function asFailure(error: unknown): unknown {
  if (!(error instanceof SupervisorProtocolError)) return error;
  return new SandboxFailure(error.message, { cause: error });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
