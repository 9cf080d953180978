import type { FinishedEvent, JudgementEvent } from './judgement.js';
import { judgeSubmission, type JudgeJob } from './judge-submission.js';
import type { Ports } from './ports.js';
import type { Run } from './run.js';

/** A judgement as a whole. */
export interface Judged {
  readonly started: Extract<JudgementEvent, { type: 'started' }>;
  readonly runs: readonly Run[];
  readonly finished: FinishedEvent;
}

/** Judges to the end for those who need all of it at once; events are told as they come. */
export async function judgeToEnd(
  job: JudgeJob,
  ports: Ports,
  signal?: AbortSignal,
  onEvent: (event: JudgementEvent) => void = () => undefined,
): Promise<Judged> {
  const runs: Run[] = [];
  let started: Judged['started'] | undefined;
  let end: FinishedEvent | undefined;
  for await (const event of judgeSubmission(job, ports, signal)) {
    if (event.type === 'started') started = event;
    if (event.type === 'run') runs.push(event);
    if (event.type === 'finished') end = event;
    onEvent(event);
  }
  if (started === undefined || end === undefined)
    throw new Error('judging ended without a verdict');
  return { started, runs, finished: end };
}
