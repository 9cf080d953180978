import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.js';
import type { FinishedEvent } from '../judging/judgement.js';
import { raiseAlert } from '../operations/alerts.js';
import { disablePart } from '../operations/disabled-parts.js';
import type { Lease } from '../queue/queue.js';
import type { JudgementToDo } from './load-judgement.js';

/** So many judging errors of a version in a row, all its own fault, and it is switched off. */
const FAULTS_IN_A_ROW = 3;

/** Tells staff of a judging error, and switches off a problem that keeps making them. */
export async function alertOfError(
  db: Kysely<Database>,
  lease: Lease,
  { submissionId, version, versionId, languageId }: JudgementToDo,
  { reason, testCase, fault }: FinishedEvent,
): Promise<void> {
  const { name } = version;
  await db.transaction().execute((tx) =>
    raiseAlert(tx, {
      kind: 'judging-error',
      subject: fault === 'problem' ? `problem:${name}` : `judgement:${lease.id}`,
      message:
        fault === 'problem'
          ? `the problem ${name} cannot be judged: ${reason}`
          : `a submission to ${name} could not be judged: ${reason}`,
      details: { submissionId, judgementId: lease.id, problem: name, languageId, testCase },
    }),
  );
  if (fault !== 'problem') return;
  const last = await db
    .selectFrom('judgements')
    .select('fault')
    .where('version_id', '=', versionId)
    .where('state', '=', 'finished')
    .orderBy('finished_at', 'desc')
    .limit(FAULTS_IN_A_ROW)
    .execute();
  const keepsFailing =
    last.length === FAULTS_IN_A_ROW && last.every((each) => each.fault === 'problem');
  if (keepsFailing) await disablePart(db, { kind: 'problem', part: name }, reason);
}
