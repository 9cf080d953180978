import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '../../../src/judging/verdict.js';
import { expectJudged, expectNothingLeft } from '../../fixtures/service/expect-sound.js';
import { Submitter } from '../../fixtures/service/submitter.js';
import { TestService } from '../../fixtures/service/test-service.js';

const KILLS = 5;
const CLIENTS = 4;

describe('an API process that is killed while it accepts submissions (F2)', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  it('keeps what it answered 201 to, and doubles nothing when clients repeat', async () => {
    let api = await service.startApi();
    const url = await api.ready();
    const { port } = new URL(url);
    await service.publishEcho(url);
    const submitter = new Submitter(service, url);
    submitter.start(CLIENTS, { pauseMs: 200 });
    for (let kill = 0; kill < KILLS; kill += 1) {
      await submitter.accepted(submitter.count + 5);
      await api.kill();
      api = await service.startApi(Number(port));
    }
    const expected: ReadonlyMap<string, Verdict> = await submitter.stop();
    expect(expected.size).toBeGreaterThanOrEqual(5 * KILLS);
    const worker = await service.startWorker();
    await expectJudged(service, expected);
    expect((await worker.stop()).exitCode).toBe(0);
    expect((await api.stop()).exitCode).toBe(0);
    await expectNothingLeft(service);
  });
});
