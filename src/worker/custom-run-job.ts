import { sql } from 'kysely';
import { storable } from '../database/storable.js';
import { inTransaction } from '../database/transaction.js';
import {
  CUSTOM_RUN_OUTPUT_BYTES,
  customRunTopic,
  type CapturedOutput,
  type CustomRunFile,
  type CustomRunOutcome,
} from '../custom-runs/custom-run-outcome.js';
import { CONTROL_CHANNEL } from '../events/control-channel.js';
import { sourceOf, type ByteSink } from '../judging/bytes.js';
import { fillCommand } from '../judging/command.js';
import type { Compilation } from '../judging/compilation.js';
import { recoverArtifact } from '../judging/compile-program.js';
import { decideByExecution } from '../judging/decide-verdict.js';
import type { ExecutionOutcome } from '../judging/execution.js';
import { executeReliably } from '../judging/execute-reliably.js';
import { compileLimits, runLimits, type ProblemLimits } from '../judging/limits.js';
import { SandboxFailure } from '../judging/ports.js';
import type { Program } from '../judging/submission.js';
import type { Lease } from '../queue/queue.js';
import { dropJob } from './drop-job.js';
import { findFault } from './find-fault.js';
import { LeaseLost, SandboxFaulty } from './interruption.js';
import { languageFailed } from './language-failed.js';
import { prepareLanguages } from './prepare-languages.js';
import type { WorkerParts } from './worker-parts.js';

/** Compiles and runs a program on its owner's input, and stores what came of it. */
export async function customRunJob(
  lease: Lease,
  parts: WorkerParts,
  signal: AbortSignal,
): Promise<void> {
  const { db, queue, languages, defaultLimits, log } = parts;
  const row = await db
    .selectFrom('custom_runs')
    .selectAll()
    .where('id', '=', lease.id)
    .executeTakeFirst();
  if (row === undefined || row.state === 'finished' || row.state === 'cancelled') {
    await dropJob(lease, parts);
    return;
  }
  const language = languages.get(row.language_id);
  await prepareLanguages([language], parts);
  await db
    .updateTable('custom_runs')
    .set({ state: 'judging', started_at: sql`coalesce(started_at, now())` })
    .where('id', '=', lease.id)
    .where('state', '=', 'queued')
    .execute();
  const program: Program = {
    language,
    files: (row.files as readonly CustomRunFile[]).map(({ name, base64 }) => ({
      name,
      executable: false,
      content: sourceOf(Buffer.from(base64, 'base64')),
    })),
    ...(row.entry_point === null ? {} : { entryPoint: row.entry_point }),
  };
  const limits: ProblemLimits = {
    ...defaultLimits,
    cpuTimeMs: row.cpu_time_limit_ms,
    ...(row.memory_limit_bytes === null ? {} : { memoryBytes: row.memory_limit_bytes }),
  };
  const outcome = await compileAndRun(program, row.stdin, limits, parts, signal).catch(
    async (error: unknown) => {
      const isFault = error instanceof SandboxFailure && !signal.aborted;
      if (!isFault) throw error;
      throw (await findFault(error, language, parts)) === 'language'
        ? await languageFailed(language, error.message, parts)
        : new SandboxFaulty(error.message, { cause: error });
    },
  );
  await inTransaction(db, async (tx) => {
    if (!(await queue.complete(lease, tx))) throw new LeaseLost();
    await tx
      .updateTable('custom_runs')
      .set({
        state: 'finished',
        outcome: JSON.stringify(storable(outcome)),
        finished_at: sql`now()`,
      })
      .where('id', '=', lease.id)
      .execute();
    await sql`select pg_notify(${CONTROL_CHANNEL}, ${customRunTopic(lease.id)})`.execute(tx);
  });
  log.info('custom-run-ended', { customRunId: lease.id, kind: outcome.kind });
}

async function compileAndRun(
  program: Program,
  stdin: Buffer,
  limits: ProblemLimits,
  parts: WorkerParts,
  signal: AbortSignal,
): Promise<CustomRunOutcome> {
  const { compiler } = parts.engine.ports;
  const compilation = await compiler.compile(program, compileLimits(limits), signal);
  return compilation.kind === 'failed'
    ? { kind: 'compile-failed', reason: compilation.reason, log: compilation.log }
    : await run(program, compilation, stdin, limits, parts, signal);
}

async function run(
  program: Program,
  { artifact, log }: Extract<Compilation, { kind: 'compiled' }>,
  stdin: Buffer,
  problemLimits: ProblemLimits,
  { engine: { ports } }: WorkerParts,
  signal: AbortSignal,
): Promise<CustomRunOutcome> {
  const { language } = program;
  const limits = runLimits(problemLimits, language.profile);
  let stdout = new OutputHead();
  let stderr = new OutputHead();
  const outcome = await executeReliably(
    ports.sandbox,
    async (attempt) => ({
      purpose: 'run',
      toolchain: language.toolchain,
      command: fillCommand(language.run, program, limits),
      environment: language.environment,
      files:
        attempt === 1
          ? artifact.files
          : (await recoverArtifact(program, compileLimits(problemLimits), ports.compiler, signal))
              .files,
      workFiles: [],
      stdin: sourceOf(stdin),
      limits,
      onOutputLimit: 'kill',
      mergeStderr: false,
      collect: [],
      collectBytes: 0,
    }),
    () => {
      stdout = new OutputHead();
      stderr = new OutputHead();
      return { stdout, stderr };
    },
    signal,
  );
  const decision = decideByExecution({
    outcome,
    limits,
    outOfMemorySigns: language.profile.outOfMemorySigns,
    stderr: stderr.text,
  });
  return {
    kind: 'executed',
    end: outcome.end,
    rule: ruleOf(decision?.rule),
    reason: decision?.reason ?? '',
    ...costOf(outcome),
    stdout: stdout.captured(outcome.stdoutBytes),
    stderr: stderr.captured(outcome.stderrBytes),
    compileLog: log,
  };
}

type ExecutedRule = Extract<CustomRunOutcome, { kind: 'executed' }>['rule'];

function ruleOf(rule: string | undefined): ExecutedRule {
  return (rule ?? null) as ExecutedRule;
}

function costOf({ cpuTimeMs, wallTimeMs, memoryBytes }: ExecutionOutcome) {
  return { cpuTimeMs, wallTimeMs, memoryBytes };
}

/** Keeps the beginning of what is written, byte by byte. */
class OutputHead implements ByteSink {
  readonly #chunks: Buffer[] = [];
  #keptBytes = 0;

  write(chunk: Uint8Array): void {
    const part = chunk.subarray(0, CUSTOM_RUN_OUTPUT_BYTES - this.#keptBytes);
    if (part.byteLength === 0) return;
    // Copied: the writer may reuse its buffer.
    this.#chunks.push(Buffer.from(part));
    this.#keptBytes += part.byteLength;
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }

  captured(bytes: number): CapturedOutput {
    return {
      base64: Buffer.concat(this.#chunks).toString('base64'),
      bytes,
      truncated: bytes > this.#keptBytes,
    };
  }
}
