import { runKey, runSettingKey } from '../judgements/run-key.js';
import { judgeSubmission, type JudgeJob } from '../judging/judge-submission.js';
import type { FinishedEvent, JudgementEvent } from '../judging/judgement.js';
import type { Language } from '../judging/language.js';
import type { Ports, Sandbox } from '../judging/ports.js';
import type { Problem } from '../judging/problem.js';
import type { Run } from '../judging/run.js';
import { findDisabled } from '../operations/disabled-parts.js';
import { ATTEMPTS } from '../queue/queue-settings.js';
import type { Lease } from '../queue/queue.js';
import { alertOfError } from './alert-of-error.js';
import { dropJob } from './drop-job.js';
import { findFault } from './find-fault.js';
import { PartDisabled, SandboxFaulty } from './interruption.js';
import { JudgementRecorder } from './judgement-recorder.js';
import { loadEarlierRuns, loadJudgement, type JudgementToDo } from './load-judgement.js';
import { languageFailed } from './language-failed.js';
import { prepareLanguages, validatorLanguages, type Digests } from './prepare-languages.js';
import type { WorkerParts } from './worker-parts.js';

/**
 * Judges what the lease is for, and stores it event by event.
 * @throws an interruption, and what kept it from being judged; nothing wrong was stored then.
 */
export async function judgeJob(
  lease: Lease,
  parts: WorkerParts,
  signal: AbortSignal,
): Promise<void> {
  const { db, queue, packages, languages, log } = parts;
  const toDo = await loadJudgement(db, lease.id);
  if (toDo === undefined || toDo.state === 'finished' || toDo.state === 'cancelled') {
    await dropJob(lease, parts);
    return;
  }
  const disabled = await findDisabled(db, [{ kind: 'problem', part: toDo.version.name }]);
  if (disabled !== undefined) throw new PartDisabled(disabled);
  const language = languages.get(toDo.languageId);
  const { problem } = await packages.open(toDo.version);
  const digests = await prepareLanguages(
    [language, ...validatorLanguages(problem.validator)],
    parts,
  );
  signal.throwIfAborted();
  const submission = {
    language,
    files: toDo.files,
    ...(toDo.entryPoint === null ? {} : { entryPoint: toDo.entryPoint }),
  };
  const keys = await RunKeys.load(lease, { toDo, problem, submission, digests }, parts);
  const job: JudgeJob = { problem, submission, mode: toDo.mode, earlierRun: keys.earlierRun };
  const recorder = new JudgementRecorder({
    db,
    queue,
    lease,
    signal,
    submissionId: toDo.submissionId,
    workerId: parts.workerId,
    toolchain: { name: language.toolchain, digest: digests[language.toolchain] },
    keyOf: keys.keyOf,
  });
  const finished = await record(job, { lease, recorder, keys, parts, signal });
  if (finished.verdict === 'JE') await alertOfError(db, lease, toDo, finished);
  log.info('judged', {
    submissionId: toDo.submissionId,
    judgementId: lease.id,
    attempt: lease.attempt,
    verdict: finished.verdict,
    cpuTimeMs: finished.cpuTimeMs,
  });
}

interface Recording {
  readonly lease: Lease;
  readonly recorder: JudgementRecorder;
  readonly keys: RunKeys;
  readonly parts: WorkerParts;
  readonly signal: AbortSignal;
}

async function record(
  job: JudgeJob,
  { lease, recorder, keys, parts, signal }: Recording,
): Promise<FinishedEvent> {
  let end: FinishedEvent | undefined;
  // A failure of the sandbox is nothing to tell before it is known whether another attempt follows.
  const held: JudgementEvent[] = [];
  try {
    for await (const event of judgeSubmission(job, portsOf(lease, parts), signal)) {
      if (event.type === 'compiled') keys.compiled(event.artifactHash);
      if (event.type === 'finished') end = event;
      if (held.length > 0 || isSandboxFault(event)) held.push(event);
      else recorder.add(event);
    }
  } finally {
    // What is judged is kept, also when judging was interrupted.
    await recorder.settle();
  }
  if (end === undefined) throw new Error('judging ended without a verdict');
  if (held.length > 0 && end.fault === 'sandbox') {
    await decideFault(end, job.submission.language, lease, parts);
  }
  for (const event of held) recorder.add(event);
  await recorder.settle();
  return end;
}

/** Rejudgings run one case at a time each, so that the slot which is kept free of them is free. */
function portsOf({ lane }: Lease, { engine }: WorkerParts): Ports {
  const { sandbox, ...others } = engine.ports;
  if (lane !== 'rejudge') return engine.ports;
  const narrow: Sandbox = {
    slots: 1,
    execute: (request, output, signal) => sandbox.execute(request, output, signal),
    prepare: (shape, count) => sandbox.prepare(shape, count),
  };
  return { ...others, sandbox: narrow };
}

function isSandboxFault(event: JudgementEvent): boolean {
  return (
    (event.type === 'run' && event.rule === 'sandbox') ||
    (event.type === 'finished' && event.fault === 'sandbox')
  );
}

async function decideFault(
  { reason }: FinishedEvent,
  language: Language,
  { attempt }: Lease,
  parts: WorkerParts,
): Promise<void> {
  const fault = new SandboxFaulty(reason);
  if ((await findFault(fault, language, parts)) === 'language') {
    throw await languageFailed(language, reason, parts);
  }
  if (attempt < ATTEMPTS) throw fault;
}

interface KeyedJob {
  readonly toDo: JudgementToDo;
  readonly problem: Problem;
  readonly submission: JudgeJob['submission'];
  readonly digests: Digests;
}

/** Which run is known already, and what a new one is known by. */
class RunKeys {
  readonly #settingKey: string;
  readonly #earlier: Awaited<ReturnType<typeof loadEarlierRuns>>;
  readonly #contentIds: ReadonlyMap<string, string>;
  #artifactHash = '';

  private constructor(
    settingKey: string,
    earlier: Awaited<ReturnType<typeof loadEarlierRuns>>,
    { testCases }: Problem,
  ) {
    this.#settingKey = settingKey;
    this.#earlier = earlier;
    this.#contentIds = new Map(testCases.map(({ name, contentId }) => [name, contentId]));
  }

  static async load(
    lease: Lease,
    { toDo, problem, submission, digests }: KeyedJob,
    { db }: WorkerParts,
  ): Promise<RunKeys> {
    const { language } = submission;
    const settingKey = await runSettingKey({
      problem,
      language,
      toolchainDigest: digests[language.toolchain] ?? '',
      validatorDigests: digests,
    });
    return new RunKeys(settingKey, await loadEarlierRuns(db, lease.id, toDo), problem);
  }

  compiled(artifactHash: string | undefined): void {
    this.#artifactHash = artifactHash ?? '';
  }

  readonly earlierRun = (artifactHash: string, contentId: string): Run | undefined =>
    this.#earlier.get(runKey(this.#settingKey, artifactHash, contentId))?.run;

  readonly keyOf = ({ testCase }: Run): { key: string; taken: boolean } => {
    const contentId = this.#contentIds.get(testCase) ?? testCase;
    const key = runKey(this.#settingKey, this.#artifactHash, contentId);
    return { key, taken: this.#earlier.get(key)?.taken ?? false };
  };
}
