import { SandboxFailure } from '../../judging/ports.js';
import { isDead } from '../owner.js';
import { LABELS } from './container-labels.js';
import type { ContainerSummary } from './docker-answers.js';
import type { DockerClient } from './docker-client.js';

/** Ids of what is gone, and of what the daemon could not remove: a later reaping finds it again. */
export interface Reaping {
  readonly removed: readonly string[];
  readonly stuck: readonly string[];
}

/**
 * Removes the containers of this engine instance whose owner is dead, whose deadline has passed, or
 * that the daemon tried to remove in vain.
 * Containers of other instances on the same daemon are not even listed.
 */
export async function reapOrphans(client: DockerClient, engineId: string): Promise<Reaping> {
  const containers = await client.listByLabel([`${LABELS.engine}=${engineId}`]);
  const orphans: ContainerSummary[] = [];
  for (const container of containers) {
    if (await isOrphan(container)) orphans.push(container);
  }
  return await removeAll(client, orphans);
}

/** Removes whatever one opened sandbox left. */
export async function reapRun(client: DockerClient, run: string): Promise<Reaping> {
  return await removeAll(client, await client.listByLabel([`${LABELS.run}=${run}`]));
}

/** One that is stuck is no reason to leave the others, to wait long, or to judge nothing. */
async function removeAll(
  client: DockerClient,
  containers: readonly ContainerSummary[],
): Promise<Reaping> {
  const removed: string[] = [];
  const stuck: string[] = [];
  await Promise.all(
    containers.map(async ({ id }) => {
      try {
        await client.remove(id);
        removed.push(id);
      } catch (error) {
        if (!(error instanceof SandboxFailure)) throw error;
        stuck.push(id);
      }
    }),
  );
  return { removed, stuck };
}

/** `dead` is what the daemon calls one that it failed to remove. */
async function isOrphan({ labels, state }: ContainerSummary): Promise<boolean> {
  if (state === 'dead') return true;
  const deadlineMs = Number(labels[LABELS.deadline]);
  if (deadlineMs < Date.now()) return true;
  return await isDead(labels[LABELS.owner] ?? '');
}
