import { isDead } from '../owner.js';
import { LABELS } from './container-labels.js';
import type { ContainerSummary, DockerClient } from './docker-client.js';

/**
 * Removes the containers of this engine instance whose owner is dead or whose deadline has passed.
 * Containers of other instances on the same daemon are not even listed.
 * @returns the ids of the removed.
 */
export async function reapOrphans(
  client: DockerClient,
  engineId: string,
): Promise<readonly string[]> {
  const containers = await client.listByLabel([`${LABELS.engine}=${engineId}`]);
  const reaped: string[] = [];
  for (const container of containers) {
    if (!(await isOrphan(container))) continue;
    await client.remove(container.id);
    reaped.push(container.id);
  }
  return reaped;
}

/** Removes whatever one opened sandbox left. */
export async function reapRun(client: DockerClient, run: string): Promise<void> {
  const containers = await client.listByLabel([`${LABELS.run}=${run}`]);
  await Promise.all(containers.map((container) => client.remove(container.id)));
}

async function isOrphan({ labels }: ContainerSummary): Promise<boolean> {
  const deadlineMs = Number(labels[LABELS.deadline]);
  if (deadlineMs < Date.now()) return true;
  return await isDead(labels[LABELS.owner] ?? '');
}
