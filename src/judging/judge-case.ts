import type { Artifact } from './bytes.js';
import { capture, tee, type Capture } from './capture.js';
import { recoverArtifact } from './compile-program.js';
import { decideByExecution, decideVerdict, type Decision } from './decide-verdict.js';
import type { ExecutionOutcome, ExecutionRequest } from './execution.js';
import { executeReliably } from './execute-reliably.js';
import { compileLimits, type ExecutionLimits } from './limits.js';
import { SandboxFailure, type Ports } from './ports.js';
import type { Problem, TestCase } from './problem.js';
import type { Attempt, Feedback, Run, SampleExcerpt } from './run.js';
import type { PlannedRun } from './run-plan.js';
import type { Program } from './submission.js';
import { openOutputCheck, type OutputCheck } from './validate-output.js';
import type { Validation } from './validation.js';

/** What the cases of one submission share. */
export interface CaseContext {
  readonly problem: Problem;
  /** The submission with the package's include files. */
  readonly program: Program;
  readonly ports: Ports;
  readonly limits: ExecutionLimits;
  /** Another one once it was lost, and compiled again. */
  artifact: Artifact;
  /** Runs the artifact; the arguments of the case follow. */
  readonly command: readonly string[];
}

/** A run that ended by itself within this much of the time limit is worth another look. */
const BORDERLINE_FACTOR = 1.5;
const RERUNS = 2;
/** Of its wall time limit, that a program may spend waiting for a core which others have. */
const STARVED_FRACTION = 0.1;
const TOO_BUSY = {
  verdict: 'JE',
  rule: 'sandbox',
  reason: 'the machine was too busy to time the program: others had its core',
} as const;
const EXCERPT_BYTES = 64 * 1024;

/** Judges one case. A sandbox that fails three times gives JE; nothing else is thrown but an abort. */
export async function judgeCase(
  { ordinal, testCase }: PlannedRun,
  context: CaseContext,
  signal?: AbortSignal,
): Promise<Run> {
  const place = { ordinal, testCase: testCase.name, visibility: testCase.visibility };
  try {
    const trials = [await tryCase(testCase, context, false, signal)];
    let best = fairest(trials);
    while (isDoubtful(best, context.limits) && trials.length <= RERUNS) {
      trials.push(await tryCase(testCase, context, true, signal));
      best = fairest(trials);
    }
    const decision = isStarved(best) ? TOO_BUSY : best.decision;
    if (isAgainstProgram(decision)) await context.ports.prove(context.program.language, signal);
    return {
      ...place,
      ...decision,
      ...costOf(best, context.limits),
      end: best.outcome.end,
      ...(trials.length > 1 ? { attempts: trials.map(attemptOf) } : {}),
      ...(best.feedback === undefined ? {} : { feedback: best.feedback }),
      ...(best.excerpt === undefined ? {} : { sample: best.excerpt }),
    };
  } catch (error) {
    if (!(error instanceof SandboxFailure)) throw error;
    const decision = { verdict: 'JE', rule: 'sandbox', reason: error.message } as const;
    return { ...place, ...decision, cpuTimeMs: 0, wallTimeMs: 0, memoryBytes: 0 };
  }
}

const NOT_VALIDATED: Validation = { kind: 'failed', message: 'the output was not validated' };

interface Trial {
  readonly outcome: ExecutionOutcome;
  readonly decision: Decision;
  readonly feedback?: Feedback;
  readonly excerpt?: SampleExcerpt;
}

async function tryCase(
  testCase: TestCase,
  context: CaseContext,
  alone: boolean,
  signal?: AbortSignal,
): Promise<Trial> {
  const { problem, program, ports, limits } = context;
  const isSample = testCase.visibility === 'sample';
  const stderr = capture(limits.stderrBytes);
  const excerpt = capture(EXCERPT_BYTES);
  const checks: OutputCheck[] = [];
  try {
    const outcome = await executeReliably(
      ports.sandbox,
      async (attempt) => {
        if (attempt > 1) {
          const compiling = compileLimits(problem.limits);
          context.artifact = await recoverArtifact(program, compiling, ports.compiler, signal);
        }
        return runRequest(testCase, context, alone);
      },
      async () => {
        stderr.clear();
        excerpt.clear();
        const check = await openOutputCheck(problem, testCase, ports);
        checks.push(check);
        return { stdout: isSample ? tee(excerpt, check.teamOutput) : check.teamOutput, stderr };
      },
      signal,
    );
    const { outOfMemorySigns } = program.language.profile;
    const evidence = { outcome, limits, outOfMemorySigns, stderr: stderr.text() };
    const decided = decideByExecution(evidence);
    // A validator is not asked about the output of a program that failed.
    const validation: Validation =
      (decided === undefined ? await checks.at(-1)?.validate(signal) : undefined) ?? NOT_VALIDATED;
    const decision = decideVerdict(evidence, validation);
    return {
      outcome,
      decision: withTeamMessage(decision, validation.feedback),
      ...(validation.feedback === undefined ? {} : { feedback: validation.feedback }),
      ...(isSample && decision.verdict !== 'AC'
        ? { excerpt: await excerptOf(testCase, excerpt, stderr.text(outcome.stderrTruncated)) }
        : {}),
    };
  } finally {
    for (const check of checks) await check[Symbol.asyncDispose]();
  }
}

function runRequest(
  testCase: TestCase,
  { program, limits, artifact, command }: CaseContext,
  alone: boolean,
): ExecutionRequest {
  const { language } = program;
  return {
    purpose: 'run',
    toolchain: language.toolchain,
    command: [...command, ...testCase.programArguments],
    environment: language.environment,
    files: artifact.files,
    workFiles: testCase.files,
    stdin: testCase.input,
    limits,
    onOutputLimit: 'kill',
    mergeStderr: false,
    collect: [],
    collectBytes: 0,
    alone,
  };
}

function isAgainstProgram({ verdict }: Pick<Decision, 'verdict'>): boolean {
  return verdict !== 'AC' && verdict !== 'JE';
}

/** The fastest of those that had their core; a starved one only when all were. */
function fairest(trials: readonly Trial[]): Trial {
  return trials.reduce((best, trial) => {
    if (isStarved(trial) !== isStarved(best)) return isStarved(best) ? trial : best;
    return trial.outcome.cpuTimeMs < best.outcome.cpuTimeMs ? trial : best;
  });
}

function isDoubtful(trial: Trial, limits: ExecutionLimits): boolean {
  return isStarved(trial) || isBorderline(trial, limits);
}

/** A wall time that passed while others had the core says nothing about the program. */
function isStarved({ outcome, decision }: Trial): boolean {
  return decision.rule === 'wall-time' && outcome.starvedMs > outcome.wallTimeMs * STARVED_FRACTION;
}

/**
 * A killed run is not borderline: it was stopped max(0.5 s, 10 %) beyond the limit, and nobody
 * knows how long it would have gone on.
 */
function isBorderline({ outcome, decision }: Trial, limits: ExecutionLimits): boolean {
  return (
    decision.rule === 'cpu-time' &&
    outcome.stopCause === 'none' &&
    outcome.cpuTimeMs <= limits.cpuTimeMs * BORDERLINE_FACTOR
  );
}

function withTeamMessage(decision: Decision, feedback?: Feedback): Decision {
  const message = feedback?.teamMessage?.trim();
  return decision.verdict === 'WA' && message ? { ...decision, reason: message } : decision;
}

/** A program killed for its memory had all of the limit; what staged files left free is not its due. */
function costOf({ outcome, decision }: Trial, limits: ExecutionLimits) {
  const { cpuTimeMs, wallTimeMs } = outcome;
  const mostBytes = decision.rule === 'memory' ? limits.memoryBytes : Infinity;
  return { cpuTimeMs, wallTimeMs, memoryBytes: Math.min(outcome.memoryBytes, mostBytes) };
}

function attemptOf({ outcome, decision }: Trial): Attempt {
  const { cpuTimeMs, wallTimeMs } = outcome;
  return { verdict: decision.verdict, cpuTimeMs, wallTimeMs };
}

async function excerptOf(
  testCase: TestCase,
  teamOutput: Capture,
  stderr: string,
): Promise<SampleExcerpt> {
  const answer = capture(EXCERPT_BYTES);
  for await (const chunk of testCase.answer.read()) {
    await answer.write(chunk);
    if (answer.isFull()) break;
  }
  return { answer: answer.text(), teamOutput: teamOutput.text(), stderr };
}
