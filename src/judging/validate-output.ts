import type { Artifact, ByteSink, StagedFile } from './bytes.js';
import { EMPTY_SOURCE } from './bytes.js';
import { capture } from './capture.js';
import { recoverArtifact } from './compile-program.js';
import { BOX, fillCommand, WORK } from './command.js';
import { compareOutput } from './comparison/compare-output.js';
import { executeReliably } from './execute-reliably.js';
import { compileLimits, validationLimits, type ProblemLimits } from './limits.js';
import type { Ports } from './ports.js';
import type { Problem, TestCase } from './problem.js';
import type { Feedback } from './run.js';
import type { Program } from './submission.js';
import { validationOfComparison, validationOfExit, type Validation } from './validation.js';

/** Takes the team output of one case as it comes, and says afterwards whether it is right. */
export interface OutputCheck extends AsyncDisposable {
  readonly teamOutput: ByteSink;
  validate(signal?: AbortSignal): Promise<Validation>;
}

export async function openOutputCheck(
  problem: Problem,
  testCase: TestCase,
  ports: Ports,
): Promise<OutputCheck> {
  return problem.validator.kind === 'default'
    ? comparisonCheck(testCase)
    : await validatorCheck(problem.validator.programs, problem.limits, testCase, ports);
}

/** The default output validator compares while the program runs, and keeps nothing. */
function comparisonCheck(testCase: TestCase): OutputCheck {
  const comparison = compareOutput(testCase.answer, testCase.comparison);
  return {
    teamOutput: comparison,
    validate: async () => validationOfComparison(await comparison.finish()),
    // A program that ended early leaves the answer half read.
    [Symbol.asyncDispose]: () => comparison[Symbol.asyncDispose](),
  };
}

/** Custom validators read the output after the program has ended; all of them must accept. */
async function validatorCheck(
  programs: readonly Program[],
  limits: ProblemLimits,
  testCase: TestCase,
  ports: Ports,
): Promise<OutputCheck> {
  const spool = await ports.scratch.open();
  return {
    teamOutput: spool,
    [Symbol.asyncDispose]: () => spool[Symbol.asyncDispose](),
    async validate(signal) {
      const teamOutput = await spool.source();
      let validation: Validation = {
        kind: 'failed',
        message: 'the problem has no output validator',
      };
      for (const program of programs) {
        validation = await runValidator({ program, limits, testCase, teamOutput }, ports, signal);
        if (validation.kind !== 'accepted') break;
      }
      return validation;
    },
  };
}

interface ValidatorRun {
  readonly program: Program;
  readonly limits: ProblemLimits;
  readonly testCase: TestCase;
  readonly teamOutput: StagedFile['content'];
}

async function runValidator(
  run: ValidatorRun,
  ports: Ports,
  signal?: AbortSignal,
): Promise<Validation> {
  const { program } = run;
  const { compiler } = ports;
  const compiling = compileLimits(run.limits);
  const compilation = await compiler.compile(program, compiling, signal);
  if (compilation.kind === 'failed') {
    const message = `the output validator does not compile: ${compilation.reason}\n${compilation.log}`;
    return { kind: 'failed', message };
  }
  const limits = validationLimits(run.limits, program.language.profile);
  const output = capture(FEEDBACK_BYTES);
  const outcome = await executeReliably(
    ports.sandbox,
    async (attempt) => {
      const artifact =
        attempt === 1
          ? compilation.artifact
          : await recoverArtifact(program, compiling, compiler, signal);
      return validatorRequest(run, artifact, limits);
    },
    () => {
      output.clear();
      return { stdout: output, stderr: output };
    },
    signal,
  );
  return validationOfExit(outcome, limits, await readFeedback(outcome.collected, output.text()));
}

const FEEDBACK = 'feedback';
const JUDGE_MESSAGE = `${FEEDBACK}/judgemessage.txt`;
const TEAM_MESSAGE = `${FEEDBACK}/teammessage.txt`;
/** Of each message; the rest is cut. */
const FEEDBACK_BYTES = 64 * 1024;

/** `validator input answer feedbackdir/ [arguments] < team output` (2025-09, "Output validator invocation"). */
function validatorRequest(
  { program, testCase, teamOutput }: ValidatorRun,
  artifact: Artifact,
  limits: ReturnType<typeof validationLimits>,
) {
  return {
    purpose: 'validate',
    toolchain: program.language.toolchain,
    command: [
      ...fillCommand(program.language.run, program, limits),
      `${BOX}/${INPUT}`,
      `${BOX}/${ANSWER}`,
      `${WORK}/${FEEDBACK}/`,
      ...testCase.validatorArguments,
    ],
    environment: program.language.environment,
    files: [
      ...artifact.files,
      { name: INPUT, executable: false, content: testCase.input },
      { name: ANSWER, executable: false, content: testCase.answer },
    ],
    // An empty file makes the directory.
    workFiles: [{ name: `${FEEDBACK}/.keep`, executable: false, content: EMPTY_SOURCE }],
    stdin: teamOutput,
    limits,
    onOutputLimit: 'truncate',
    mergeStderr: false,
    collect: [JUDGE_MESSAGE, TEAM_MESSAGE],
    collectBytes: limits.workBytes,
  } as const;
}

/** Names that no source file of a validator has. */
const INPUT = '.case/input';
const ANSWER = '.case/answer';

async function readFeedback(collected: readonly StagedFile[], printed: string): Promise<Feedback> {
  const read = async (name: string): Promise<string | undefined> => {
    const file = collected.find((candidate) => candidate.name === name);
    if (file === undefined) return undefined;
    const head = capture(FEEDBACK_BYTES);
    for await (const chunk of file.content.read()) await head.write(chunk);
    return head.text();
  };
  const teamMessage = await read(TEAM_MESSAGE);
  // What a validator prints is for staff, like its judge message.
  const judgeMessage = [await read(JUDGE_MESSAGE), printed].filter(Boolean).join('\n');
  return {
    ...(judgeMessage === '' ? {} : { judgeMessage }),
    ...(teamMessage === undefined ? {} : { teamMessage }),
  };
}
