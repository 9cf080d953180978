import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LABELS } from '../../../src/sandbox/docker/container-labels.js';
import type { DockerClient } from '../../../src/sandbox/docker/docker-client.js';
import { bashImage, testClient } from '../../contracts/docker-engine.js';
import {
  containersOf,
  expectJudged,
  expectNothingLeft,
} from '../../fixtures/service/expect-sound.js';
import { LANGUAGE } from '../../fixtures/service/echo-problem.js';
import { TestService } from '../../fixtures/service/test-service.js';

const WAIT = { timeout: 120_000, interval: 100 };
const GONE = { timeout: 60_000, interval: 500 };

describe('containers of a worker that was killed', () => {
  let service: TestService;
  let client: DockerClient;
  const strangers: string[] = [];
  beforeAll(async () => {
    service = await TestService.start();
    client = await testClient();
    const image = await bashImage(client);
    // Another engine's, whose owner is dead as far as anybody can tell, and somebody's own.
    for (const Labels of [{ [LABELS.engine]: 'another', [LABELS.owner]: 'boot.1.1.1' }, {}]) {
      const container = await client.engine.createContainer({
        Image: image,
        Labels,
        Entrypoint: ['/bin/sleep', '3600'],
        HostConfig: { NetworkMode: 'none' },
      });
      await container.start();
      strangers.push(container.id);
    }
  });
  afterAll(async () => {
    for (const id of strangers) await client.engine.getContainer(id).remove({ force: true });
    await service.stop();
  });

  it('are gone within a minute (F23), and those of others are not touched (F24)', async () => {
    const api = await service.startApi();
    const url = await api.ready();
    await service.publishEcho(url);
    const worker = await service.startWorker();
    const { body } = await service.request(`${url}/api/v1/submissions`, {
      json: { problem_id: 'echo', language_id: LANGUAGE, source: 'sleep 2; cat\n' },
    });
    // In the midst of a case.
    await expect
      .poll(async () => {
        const { rows } = await sql`select from runs`.execute(service.db);
        return rows.length;
      }, WAIT)
      .toBeGreaterThan(0);
    expect((await containersOf(service)).length).toBeGreaterThan(0);
    await worker.kill();
    const killedAtMs = Date.now();
    const next = await service.startWorker();
    await expect.poll(() => containersOf(service, worker.pid), GONE).toEqual([]);
    expect(Date.now() - killedAtMs).toBeLessThan(60_000);
    await expectJudged(service, new Map([[String(body['id']), 'AC']]));
    await next.stop();
    await expectNothingLeft(service);
    for (const id of strangers) {
      const { State } = await client.engine.getContainer(id).inspect();
      expect(State.Running).toBe(true);
    }
  });
});
