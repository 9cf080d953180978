import { ERROR_CATALOGUE, JudgeError } from '../../errors.js';
import type { FinishedEvent, JudgementEvent, JudgingMode } from '../../judging/judgement.js';
import type { CliContext } from '../context.js';
import { judgeWithProgress, problemToJudge } from '../judge-with-progress.js';
import { renderJudgement } from '../judgement-table.js';
import { openJudgingEngine } from '../judging-engine.js';
import { readProblemPackage, readSubmission } from '../read-job.js';

export interface JudgeOptions {
  readonly language?: string;
  readonly mode: JudgingMode;
  readonly json: boolean;
}

/** @returns the exit code: 0 whatever the verdict, unless the sandbox could not give one. */
export async function judge(
  directory: string,
  sources: readonly string[],
  { language, mode, json }: JudgeOptions,
  context: CliContext,
): Promise<number> {
  const { progress, paint } = context;
  const problemPackage = await readProblemPackage(directory, context);
  const submission = await readSubmission(
    sources,
    language,
    problemPackage.problem,
    context.languages,
  );

  await using engine = await openJudgingEngine(context);
  const problem = await problemToJudge(problemPackage, engine, context);
  const job = { problem, submission, mode };
  await engine.prepareImages([job]);

  let compileLog = '';
  const onEvent = (event: JudgementEvent) => {
    if (json) progress.print(JSON.stringify(event));
    if (event.type === 'compiled') compileLog = event.log;
  };
  const judged = await judgeWithProgress(job, problem.id, engine, context, onEvent);
  progress.end();
  if (!json) progress.print(renderJudgement({ ...judged, compileLog }, paint));
  return exitCodeOf(judged.finished);
}

/** A judging error of the sandbox is no verdict on anybody. */
export function exitCodeOf({ verdict, fault }: FinishedEvent): number {
  return verdict === 'JE' && fault === 'sandbox' ? ERROR_CATALOGUE['sandbox-failed'].exitCode : 0;
}

const MODES: readonly JudgingMode[] = ['lazy', 'full', 'samples'];

export function parseMode(text: string): JudgingMode {
  const mode = MODES.find((candidate) => candidate === text);
  if (mode === undefined) {
    throw new JudgeError(
      'bad-usage',
      `--mode must be ${MODES.join(', ')}, not ${JSON.stringify(text)}`,
    );
  }
  return mode;
}
