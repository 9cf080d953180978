import { totalBytes } from './bytes.js';
import { compileLimits, runLimits, validationLimits } from './limits.js';
import { STAGED_STEP_BYTES, type ContainerShape, type Sandbox } from './ports.js';
import type { Problem, TestCase } from './problem.js';
import type { PlannedRun } from './run-plan.js';
import type { Submission } from './submission.js';

/** Compiled programs are seldom larger, and how large this one is nobody knows before it is compiled. */
const EXPECTED_ARTIFACT_BYTES = STAGED_STEP_BYTES - 2 ** 20;

/** Announces the containers that judging will need, so that they are made while the compiler runs. */
export function prepareContainers(
  sandbox: Sandbox,
  { problem, submission }: { readonly problem: Problem; readonly submission: Submission },
  plan: readonly PlannedRun[],
): void {
  const { toolchain, profile } = submission.language;
  const compiling = { toolchain, limits: compileLimits(problem.limits) };
  sandbox.prepare({ ...compiling, stagedBytes: totalBytes(submission.files) }, 1);
  const running = { toolchain, limits: runLimits(problem.limits, profile) };
  const artifactBytes =
    submission.language.artifacts.length > 0
      ? EXPECTED_ARTIFACT_BYTES
      : totalBytes(submission.files);
  announce(sandbox, running, plan, (testCase) => artifactBytes + testCase.input.sizeBytes);
  if (problem.validator.kind === 'default') return;
  for (const { language } of problem.validator.programs) {
    const validating = {
      toolchain: language.toolchain,
      limits: validationLimits(problem.limits, language.profile),
    };
    announce(
      sandbox,
      validating,
      plan,
      ({ input, answer }) => EXPECTED_ARTIFACT_BYTES + input.sizeBytes + 2 * answer.sizeBytes,
    );
  }
}

/** One hint for each size step, those needed first at first. */
function announce(
  sandbox: Sandbox,
  shape: Omit<ContainerShape, 'stagedBytes'>,
  plan: readonly PlannedRun[],
  stagedBytesOf: (testCase: TestCase) => number,
): void {
  const counts = new Map<number, number>();
  for (const { testCase } of plan) {
    const steps = Math.ceil(stagedBytesOf(testCase) / STAGED_STEP_BYTES);
    counts.set(steps, (counts.get(steps) ?? 0) + 1);
  }
  for (const [steps, count] of counts) {
    sandbox.prepare({ ...shape, stagedBytes: steps * STAGED_STEP_BYTES }, count);
  }
}
