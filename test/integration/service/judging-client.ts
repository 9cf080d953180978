import { sql } from 'kysely';
import { expect, vi } from 'vitest';
import { zipPackage, type PackageFiles } from '../../fixtures/package-archive.js';
import { LANGUAGE } from '../../fixtures/service/echo-problem.js';
import type { TestService } from '../../fixtures/service/test-service.js';

const WAIT = { timeout: 5 * 60_000, interval: 100 };

export interface NewSubmission {
  readonly source: string;
  readonly language?: string;
  readonly lane?: 'contest' | 'practice';
  readonly submitter?: string;
}

export interface JudgementState {
  readonly id: string;
  readonly state: string;
  readonly verdict: string | null;
  readonly attempt: number;
  readonly worker_id: string | null;
}

/** What a contest platform and its staff ask of the service. */
export class JudgingClient {
  readonly #service: TestService;
  readonly #api: string;

  constructor(service: TestService, url: string) {
    this.#service = service;
    this.#api = `${url}/api/v1`;
  }

  async get(path: string): Promise<Record<string, unknown>> {
    return await this.#ask(path, {});
  }

  async post(path: string, json: object = {}): Promise<Record<string, unknown>> {
    return await this.#ask(path, { json });
  }

  async patch(path: string, json: object): Promise<Record<string, unknown>> {
    return await this.#ask(path, {
      method: 'PATCH',
      body: JSON.stringify(json),
      headers: { 'content-type': 'application/json' },
    });
  }

  async #ask(path: string, init: Parameters<TestService['request']>[1]) {
    const { status, body } = await this.#service.request(`${this.#api}/${path}`, init);
    if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  /** The next version of a problem. */
  async upload(name: string, files: PackageFiles): Promise<void> {
    await this.#ask(`problems?name=${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/zip' },
      body: new Uint8Array(zipPackage(files, name)),
    });
  }

  /** @returns its id. */
  async submit({ source, language = LANGUAGE, ...rest }: NewSubmission): Promise<string> {
    const json = { problem_id: 'echo', language_id: language, source, ...rest };
    return String((await this.post('submissions', json))['id']);
  }

  /** The judgement that counts now. */
  async current(submissionId: string): Promise<JudgementState> {
    return await this.#service.db
      .selectFrom('judgements')
      .select(['id', 'state', 'verdict', 'attempt', 'worker_id'])
      .where('submission_id', '=', submissionId)
      .where('current', '=', true)
      .executeTakeFirstOrThrow();
  }

  async expectVerdict(submissionId: string, verdict: string): Promise<void> {
    await vi.waitFor(async () => {
      expect(await this.current(submissionId)).toMatchObject({ state: 'finished', verdict });
    }, WAIT);
  }

  /** @returns its id. */
  async rejudge(order: object): Promise<string> {
    const json = { reason: 'a test', filter: { problem_id: 'echo' }, ...order };
    return String((await this.post('rejudgings', json))['id']);
  }

  async rejudgingState(id: string): Promise<unknown> {
    return (await this.get(`rejudgings/${id}`))['state'];
  }

  async expectRejudged(id: string): Promise<void> {
    await vi.waitFor(async () => expect(await this.rejudgingState(id)).toBe('ready'), WAIT);
  }

  /** What a rejudging made of a submission: by case, verdict, and whether it was taken over. */
  async rejudged(rejudgingId: string, submissionId: string): Promise<readonly string[]> {
    const { rows } = await sql<{ said: string }>`
      select concat_ws(' ', run->>'testCase', runs.verdict,
        case when taken_over then 'taken over' end) as said
      from runs join judgements on judgements.id = judgement_id
      where rejudging_id = ${rejudgingId} and submission_id = ${submissionId}
      order by ordinal`.execute(this.#service.db);
    return rows.map(({ said }) => said);
  }
}
