import { DockerClient } from '../sandbox/docker/docker-client.js';
import { reapOrphans } from '../sandbox/docker/reaper.js';
import { CgroupTree } from '../sandbox/native/cgroup-tree.js';
import { preflight } from '../sandbox/native/preflight.js';
import type { CliContext } from './context.js';
import { lookForEngine } from './engine/find-engine.js';

/**
 * Removes what dead processes of this installation left that judged with the other driver: a machine
 * may have had both. Never rejects; what cannot be looked at is left for another time.
 */
export async function sweepOtherDriver(
  driver: 'native' | 'docker',
  engineId: string,
  context: CliContext,
): Promise<void> {
  const sweep = driver === 'native' ? sweepContainers : sweepCgroups;
  await sweep(engineId, context).catch(() => undefined);
}

/** No engine is started for it. */
async function sweepContainers(
  engineId: string,
  { environment, config, progress }: CliContext,
): Promise<void> {
  const host = await lookForEngine({ environment, configured: config.sandbox.engine, progress });
  if (host !== undefined) await reapOrphans(new DockerClient({ host }), engineId);
}

async function sweepCgroups(engineId: string): Promise<void> {
  const found = preflight();
  if (found.kind === 'unfit') return;
  const cgroups = new CgroupTree(found.cgroups, engineId);
  await cgroups.reap();
  await cgroups.close();
}
