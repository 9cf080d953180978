import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { containerOptions } from '../../../src/sandbox/container-options.js';
import { labelsOf } from '../../../src/sandbox/docker/container-labels.js';
import type { DockerClient } from '../../../src/sandbox/docker/docker-client.js';
import { reapOrphans } from '../../../src/sandbox/docker/reaper.js';
import { thisOwner } from '../../../src/sandbox/owner.js';
import { bashImage, testClient } from '../../contracts/docker-engine.js';
import { LIMITS } from '../../contracts/sandbox-trial.js';

const HOUR_MS = 3_600_000;

describe('the reaper', () => {
  const engineId = `reaper-test-${process.pid}`;
  const made: string[] = [];
  let client: DockerClient;
  let image: string;
  let owner: string;
  let deadOwner: string;

  beforeAll(async () => {
    client = await testClient();
    image = await bashImage(client);
    owner = await thisOwner();
    const [boot, namespace, pid, start] = owner.split('.');
    deadOwner = [boot, namespace, pid, Number(start) - 1].join('.');
  });
  afterAll(async () => {
    for (const id of made) await client.remove(id);
  });

  async function container(labels: { engineId?: string; owner?: string; deadlineMs?: number }) {
    const identity = { engineId, owner, run: 'reaper-test', ...labels };
    const id = await client.create(`minos-reaper-test-${process.pid}-${made.length}`, {
      ...containerOptions({
        image,
        shape: { toolchain: 'bash', limits: LIMITS, stagedBytes: 0 },
        slot: { index: 0, core: 0, uid: 64_000 },
        labels: labelsOf(identity, labels.deadlineMs ?? Date.now() + HOUR_MS),
      }),
    });
    made.push(id);
    return id;
  }

  it('removes what a dead process left and what is past its deadline, and nothing else', async () => {
    const orphan = await container({ owner: deadOwner });
    const overdue = await container({ deadlineMs: Date.now() - 1000 });
    const ours = await container({});
    const neighbours = await container({ engineId: `${engineId}-other`, owner: deadOwner });

    const { removed } = await reapOrphans(client, engineId);
    expect(removed.toSorted()).toEqual([orphan, overdue].toSorted());
    const left = await client.listByLabel(['minos.run=reaper-test']);
    expect(left.map(({ id }) => id)).toEqual(expect.arrayContaining([ours, neighbours]));
    expect(left.map(({ id }) => id)).not.toContain(orphan);
  });

  it('removes an orphan that runs', async () => {
    const id = await container({ owner: deadOwner });
    await client.start(id);
    expect(await reapOrphans(client, engineId)).toEqual({ removed: [id], stuck: [] });
  });

  it('finds a container that is gone already no reason to fail', async () => {
    const id = await container({});
    await client.remove(id);
    await client.remove(id);
  });
});
