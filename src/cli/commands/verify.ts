import { JudgeError } from '../../errors.js';
import type { Judged } from '../../judging/judge-to-end.js';
import type { Problem } from '../../judging/problem.js';
import { formatBytes, formatSeconds } from '../../judging/reason.js';
import type { Verdict } from '../../judging/verdict.js';
import type { ExampleSubmission } from '../../problems/example-submission.js';
import { assessExample, judgeExample } from '../../problems/judge-example.js';
import type { ProblemPackage } from '../../problems/problem-package.js';
import type { CliContext } from '../context.js';
import { judgeWithProgress, problemToJudge } from '../judge-with-progress.js';
import { openJudgingEngine, type JudgingEngine } from '../judging-engine.js';
import type { Paint } from '../paint.js';
import { onOneLine } from '../printable.js';
import { readProblemPackage } from '../read-job.js';
import { paintVerdict } from '../verdict-colour.js';
import { exitCodeOf } from './judge.js';

export interface VerifyOptions {
  readonly json: boolean;
}

/** One line of `--json`. */
export interface VerifiedSubmission {
  readonly package: string;
  readonly submission: string;
  readonly language: string;
  readonly expected: readonly Verdict[];
  readonly verdict: Verdict;
  /** Of scoring problems. */
  readonly score: null;
  readonly ok: boolean;
  readonly time_ms: number;
  readonly memory_bytes: number;
  /** Why it is ok, or not, when the verdict alone does not say so. */
  readonly note?: string;
}

/** @returns the exit code: 0 when every submission does what it has to, 1 otherwise, 3 when one could not be judged. */
export async function verify(
  directories: readonly string[],
  { json }: VerifyOptions,
  context: CliContext,
): Promise<number> {
  const { progress, paint } = context;
  const packages: ProblemPackage[] = [];
  // A bad package is said before an hour of judging, not after.
  for (const directory of directories) packages.push(await readWithExamples(directory, context));

  await using engine = await openJudgingEngine(context);
  const results: { verified: VerifiedSubmission; exitCode: number }[] = [];
  for (const problemPackage of packages) {
    const { exampleSubmissions } = problemPackage;
    const problem = await problemToJudge(problemPackage, engine, context);
    if (!json) progress.print(renderHead(problem, paint));
    const width = Math.max(...exampleSubmissions.map(({ path }) => path.length));
    for (const example of exampleSubmissions) {
      const judged = await judge(example, problem, engine, context);
      const verified = verdictOn(example, judged, problem, problemPackage);
      results.push({ verified, exitCode: exitCodeOf(judged.finished) });
      progress.print(json ? JSON.stringify(verified) : renderLine(verified, judged, width, paint));
    }
  }
  progress.end();
  const failed = results.filter(({ verified }) => !verified.ok).length;
  if (!json) progress.print(`${results.length - failed} ok, ${failed} not ok`);
  return Math.max(failed > 0 ? 1 : 0, ...results.map(({ exitCode }) => exitCode));
}

async function readWithExamples(directory: string, context: CliContext): Promise<ProblemPackage> {
  const problemPackage = await readProblemPackage(directory, context);
  if (problemPackage.exampleSubmissions.length > 0) return problemPackage;
  throw new JudgeError('bad-package', `${directory}: submissions/ has nothing to verify`);
}

async function judge(
  example: ExampleSubmission,
  problem: Problem,
  engine: JudgingEngine,
  context: CliContext,
): Promise<Judged> {
  await engine.prepareImages([{ problem, submission: example }]);
  const what = `${problem.id}: ${example.path}`;
  return await judgeExample(example, problem, (job) =>
    judgeWithProgress(job, what, engine, context),
  );
}

function verdictOn(
  example: ExampleSubmission,
  judged: Judged,
  problem: Problem,
  problemPackage: ProblemPackage,
): VerifiedSubmission {
  const { verdict, cpuTimeMs, memoryBytes } = judged.finished;
  const { ok, note } = assessExample(example, judged, problemPackage);
  return {
    package: problem.id,
    submission: example.path,
    language: example.language.id,
    expected: example.expected,
    verdict,
    score: null,
    ok,
    time_ms: cpuTimeMs,
    memory_bytes: memoryBytes,
    ...(note === undefined ? {} : { note }),
  };
}

function renderHead({ id, name, limits }: Problem, paint: Paint): string {
  const memory =
    limits.memoryBytes === undefined ? 'per language' : formatBytes(limits.memoryBytes);
  const title = onOneLine(name === id ? id : `${id}: ${name}`);
  return `${paint('bold', title)} (${formatSeconds(limits.cpuTimeMs)} CPU, memory ${memory})`;
}

function renderLine(
  verified: VerifiedSubmission,
  { finished }: Judged,
  width: number,
  paint: Paint,
): string {
  const mark = verified.ok ? paint('green', '✓') : paint('red', '✗');
  const verdict = paintVerdict(paint, verified.verdict, verified.verdict.padEnd(3));
  const cost = `${formatSeconds(verified.time_ms).padStart(8)} ${formatBytes(verified.memory_bytes).padStart(10)}`;
  const where = finished.testCase === undefined ? '' : `${finished.testCase}: `;
  const why = verified.ok
    ? (verified.note ?? '')
    : `expected ${verified.expected.join(' or ')}; ${where}${finished.reason}`;
  const language = verified.language.padEnd(8);
  return `  ${mark} ${verified.submission.padEnd(width)}  ${language} ${verdict} ${cost}  ${onOneLine(why)}`.trimEnd();
}
