import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ECHO, LANGUAGE } from '../../fixtures/service/echo-problem.js';
import { expectJudged } from '../../fixtures/service/expect-sound.js';
import { TestService } from '../../fixtures/service/test-service.js';

/** What must be in no log, wherever it was put. */
const CANARIES = {
  source: 'canary-source-4f1c',
  compileError: 'canary-compile-error-7a3e',
  input: 'canary-input-90bd',
  answer: 'canary-answer-c2f8',
  stdin: 'canary-stdin-51aa',
  output: 'canary-output-e7d0',
  key: 'canary-key-3b96',
  token: 'mns_canary-token-1d27canary',
  path: 'canary-path-88fe',
} as const;

describe('the logs of all processes', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ config: { logs: { level: 'debug' } } });
  });
  afterAll(() => service.stop());

  it('tell of each submission, and hold no source, test data, token or secret', async () => {
    const api = await service.startApi();
    const url = await api.ready();
    await service.publishEcho(url, {
      ...ECHO,
      'data/secret/1.in': `${CANARIES.input}\n`,
      'data/secret/1.ans': `${CANARIES.answer}\n`,
    });
    const webhook = await service.request(`${url}/api/v1/webhooks`, {
      json: { url: `http://127.0.0.1:1/?key=${CANARIES.path}` },
    });
    await service.startWorker();
    const submit = async (source: string, headers: Record<string, string> = {}) => {
      const json = { problem_id: 'echo', language_id: LANGUAGE, source };
      return await service.request(`${url}/api/v1/submissions`, { headers, json });
    };
    const wrong = await submit(`cat # ${CANARIES.source}\n`, { 'idempotency-key': CANARIES.key });
    const broken = await submit(`if then ${CANARIES.compileError}\n`);
    await submit(`cat # ${CANARIES.source}`, { 'idempotency-key': CANARIES.key });
    await service.request(`${url}/api/v1/custom-runs`, {
      json: {
        language_id: LANGUAGE,
        source: `cat; echo ${CANARIES.output}`,
        stdin: CANARIES.stdin,
      },
    });
    await service.request(`${url}/api/v1/${CANARIES.path}?token=${CANARIES.path}`);
    await service.request(`${url}/api/v1/me`, {
      headers: { authorization: `Bearer ${CANARIES.token}` },
    });
    await fetch(`${url}/api/v1/submissions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${service.token}`,
        'content-type': 'application/json',
      },
      body: `{"source": "${CANARIES.source}`,
    });
    await expectJudged(
      service,
      new Map([
        [String(wrong.body['id']), 'WA'],
        [String(broken.body['id']), 'CE'],
      ]),
    );
    await service.stopProcesses();

    const { output } = service;
    for (const [what, canary] of Object.entries(CANARIES)) {
      expect(output.includes(canary), what).toBe(false);
    }
    expect(output).not.toContain(service.token);
    expect(output).not.toContain(String(webhook.body['secret']));
    const lines = output
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    for (const line of lines) {
      expect(line).toMatchObject({
        event: expect.any(String) as string,
        level: expect.stringMatching(/^(info|warn|error)$/) as string,
        process: expect.stringMatching(/^(api|worker)$/) as string,
      });
    }
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'request', route: '/api/v1/submissions', status: 201 }),
    );
    expect(lines).toContainEqual(
      expect.objectContaining({ process: 'worker', submissionId: wrong.body['id'], verdict: 'WA' }),
    );
  });
});
