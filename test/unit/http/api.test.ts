import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from '../../../src/app.module.js';
import { createApp } from '../../../src/http/create-app.js';
import type { Language } from '../../../src/judging/language.js';

const PYTHON: Language = {
  id: 'python3',
  name: 'Python 3',
  aliases: ['py'],
  toolchain: 'python',
  extensions: ['py'],
  sourceFile: 'main.py',
  compile: ['/usr/bin/true'],
  artifacts: [],
  run: ['/usr/bin/python3', '{entry}'],
  version: ['/usr/bin/python3', '--version'],
  environment: {},
  profile: {
    memoryBytes: 2 ** 27,
    memoryOverheadBytes: 0,
    cpuTimeFactor: 1,
    extraCpuTimeMs: 0,
    processes: 8,
    executableWork: false,
    sharedMemoryBytes: 0,
    outOfMemorySigns: [],
  },
};

describe('the HTTP API', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await createApp(AppModule.register({ languages: [PYTHON] }));
    app.useLogger(false);
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  });
  afterAll(() => app.close());

  const get = (url: string) => app.inject({ method: 'GET', url });

  it.each(['/healthz', '/readyz'])('answers %s', async (url) => {
    const answer = await get(url);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ status: 'ok' });
  });

  it('lists languages as CLICS objects, and nothing of how they are run', async () => {
    const answer = await get('/api/v1/languages');
    expect(answer.json()).toEqual([
      {
        id: 'python3',
        name: 'Python 3',
        entry_point_required: false,
        extensions: ['py'],
        aliases: ['py'],
      },
    ]);
    expect((await get('/api/v1/languages/python3')).json()).toMatchObject({ id: 'python3' });
  });

  it.each(['/api/v1/languages/cobol', '/nothing?x=1'])(
    'answers %s with problem details',
    async (url) => {
      const answer = await get(url);
      expect(answer.statusCode).toBe(404);
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(answer.json()).toMatchObject({
        type: 'about:blank',
        status: 404,
        code: 'not-found',
        instance: url.split('?')[0],
      });
    },
  );

  it.each([
    ['malformed', '{', 400],
    ['too large', JSON.stringify('x'.repeat(2 ** 20 + 1)), 413],
  ])('answers a body that is %s with problem details', async (_what, payload, status) => {
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/languages',
      headers: { 'content-type': 'application/json' },
      payload,
    });
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ status, code: 'bad-usage' });
  });

  it('describes itself', async () => {
    const document = (await get('/openapi.json')).json<{ paths: Record<string, unknown> }>();
    expect(Object.keys(document.paths)).toEqual([
      '/healthz',
      '/readyz',
      '/api/v1/languages',
      '/api/v1/languages/{id}',
    ]);
    const page = await get('/docs');
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-type']).toContain('text/html');
  });
});
