import { request } from 'node:http';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { followEvents, type SeenEvent } from '../../fixtures/service/event-stream.js';
import { expectJudged, expectNothingLeft } from '../../fixtures/service/expect-sound.js';
import { LANGUAGE } from '../../fixtures/service/echo-problem.js';
import type { ServiceProcess } from '../../fixtures/service/service-process.js';
import { Submitter } from '../../fixtures/service/submitter.js';
import { TestService } from '../../fixtures/service/test-service.js';

const WAIT = { timeout: 60_000 };
const AT_ONCE = 30;

describe('a rolling deploy of the API (F28)', () => {
  let service: TestService;
  let old: ServiceProcess;
  let submitter: Submitter;
  beforeAll(async () => {
    service = await TestService.start();
    old = await service.startApi();
    await service.publishEcho(await old.ready());
    submitter = new Submitter(service, await old.ready());
  });
  afterAll(() => service.stop());

  /** On a connection of its own. @returns the status, or why there was no connection. */
  function post(api: string): Promise<number | string> {
    return new Promise((resolve) => {
      const sent = request(`${api}/api/v1/custom-runs`, {
        method: 'POST',
        agent: false,
        headers: {
          authorization: `Bearer ${service.token}`,
          'content-type': 'application/json',
        },
      });
      sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      sent.on('response', (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
      });
      sent.end(JSON.stringify({ language_id: LANGUAGE, source: 'cat\n' }));
    });
  }

  it('answers what is under way, ends streams and long polls, and loses nothing', async () => {
    const oldUrl = await old.ready();
    submitter.start(3, { pauseMs: 300 });
    await submitter.accepted(10);
    const id = await submitter.submit();
    const seen: SeenEvent[] = [];
    const events = (api: string) => `${api}/api/v1/submissions/${id}/events`;
    const stream = followEvents(events(oldUrl), service.token, (event) => seen.push(event));
    await expect.poll(() => seen.length, WAIT).toBe(1);
    const poll = service.request(`${oldUrl}/api/v1/submissions/${id}?wait=50`);

    const next = await service.startApi();
    submitter.url = await next.ready();
    const underWay = Array.from({ length: AT_ONCE }, () => post(oldUrl));
    await Promise.race(underWay);
    const { exitCode, tookMs } = await old.stop();
    expect(exitCode).toBe(0);
    expect(tookMs).toBeLessThan(10_000);
    // Answered, or not taken: what the kernel had not handed over yet is reset, and was not stored.
    const answers = await Promise.all(underWay);
    for (const answer of new Set(answers)) {
      expect([201, 202, 503, 'ECONNREFUSED', 'ECONNRESET']).toContain(answer);
    }
    const taken = answers.filter((answer) => answer === 201 || answer === 202);
    const { rows } = await sql`select from custom_runs`.execute(service.db);
    expect(rows).toHaveLength(taken.length);
    expect(taken.length).toBeGreaterThan(0);
    expect([200, 503]).toContain((await poll).status);
    await stream;

    const expected = await submitter.stop();
    const worker = await service.startWorker();
    const last = seen.at(-1)?.id ?? 0;
    await followEvents(
      events(await next.ready()),
      service.token,
      (event) => seen.push(event),
      last,
    );
    expect(seen.map((event) => event.id)).toEqual(seen.map((_event, index) => index + 1));
    expect(seen.at(-1)?.type).toBe('judgement.finished');
    await expectJudged(service, expected);
    expect((await worker.stop()).exitCode).toBe(0);
    await expectNothingLeft(service);
  });
});
