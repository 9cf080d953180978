import type { Language } from '../judging/language.js';
import { raiseAlert } from '../operations/alerts.js';
import { disablePart, partKey } from '../operations/disabled-parts.js';
import { ableElsewhere } from './able-elsewhere.js';
import { FailsHere, PartDisabled } from './interruption.js';
import type { WorkerParts } from './worker-parts.js';

type Parts = Pick<WorkerParts, 'db' | 'toolchains' | 'workerId'>;

/**
 * Switches a language off where it is at fault: on this worker while others can do it, until it works
 * here again; else for all, until somebody mends it.
 * @returns what to throw, so that the job goes to others, or waits.
 */
export async function languageFailed(
  { id, toolchain }: Language,
  reason: string,
  parts: Parts,
): Promise<FailsHere | PartDisabled> {
  const { db, toolchains, workerId } = parts;
  toolchains.fail(toolchain, reason);
  const part = { kind: 'language', part: id } as const;
  if (!(await ableElsewhere([toolchain], parts)).has(toolchain)) {
    await disablePart(db, part, reason);
    return new PartDisabled(part);
  }
  await db.transaction().execute((tx) =>
    raiseAlert(tx, {
      kind: 'language-fails-on-worker',
      subject: `${workerId} ${partKey(part)}`,
      message: `the language ${id} fails on one worker, others do it: ${reason}`,
      details: { workerId, languageId: id, toolchain, reason },
    }),
  );
  return new FailsHere(part);
}

/** What this worker leaves to others, as the queue calls it. */
export async function leftToOthers(
  parts: Parts & Pick<WorkerParts, 'languages'>,
): Promise<readonly string[]> {
  const able = await ableElsewhere([...parts.toolchains.failed.keys()], parts);
  return parts.languages.languages
    .filter(({ toolchain }) => able.has(toolchain))
    .map(({ id }) => partKey({ kind: 'language', part: id }));
}
