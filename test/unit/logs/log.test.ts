import { describe, expect, it } from 'vitest';
import { createLog } from '../../../src/logs/create-log.js';
import { NestLog } from '../../../src/logs/nest-log.js';

function capture(isTTY = false) {
  const written: string[] = [];
  const target = { isTTY, write: (text: string) => written.push(text) };
  const log = createLog({ process: 'api', target });
  const lines = () => written.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { log, written, lines };
}

describe('the log', () => {
  it('writes an event as one line of JSON with its fields', () => {
    const { log, written, lines } = capture();
    log
      .with({ workerId: 'w1' })
      .info('judgement-finished', { judgementId: 'j1', verdict: 'AC', cpuTimeMs: 12.5 });
    expect(written).toHaveLength(1);
    expect(written[0]).toMatch(/^[^\n]+\n$/);
    expect(lines()[0]).toMatchObject({
      level: 'info',
      process: 'api',
      event: 'judgement-finished',
      workerId: 'w1',
      judgementId: 'j1',
      verdict: 'AC',
      cpuTimeMs: 12.5,
    });
    expect(lines()[0]?.['time']).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it.each([
    [{ headers: { authorization: 'Basic dXNlcjpwYXNz' } }, 'dXNlcjpwYXNz'],
    [{ token: 'plain' }, 'plain'],
    [{ request: { body: { secret: 'plain' } } }, 'plain'],
    [{ note: 'asked with mns_AbCdEf0123456789_-x' }, 'AbCdEf0123456789'],
    [{ deep: { deeper: { deepest: ['whsec_QUJDREVGRw=='] } } }, 'QUJDREVGRw'],
    [{ note: 'header was "Bearer abc.def-123"' }, 'abc.def-123'],
    [{ url: 'postgres://minos:hunter2@db/minos' }, 'hunter2'],
    [{ error: new Error('cannot reach postgres://minos:hunter2@db/minos') }, 'hunter2'],
  ])('hides the secret of %j', (fields, secret) => {
    const { log, written, lines } = capture();
    log.info('test', fields);
    expect(written.join('')).not.toContain(secret);
    expect(written.join('')).toContain('[hidden]');
    expect(lines()).toHaveLength(1);
  });

  it('takes of an error what cannot quote a row or a source', () => {
    const { log, written, lines } = capture();
    const refused = Object.assign(new Error('violates a constraint', { cause: 'x' }), {
      code: '23514',
      detail: 'Failing row contains (int main)',
    });
    log.error('request-failed', { error: refused });
    expect(lines()[0]?.['error']).toMatchObject({
      message: 'violates a constraint',
      code: '23514',
    });
    expect(written.join('')).not.toContain('int main');
  });

  it('cuts the message of an error that quotes what it was given', () => {
    const { log, written } = capture();
    log.error('failed', { error: new Error('x'.repeat(10 ** 6)) });
    expect(written[0]?.length).toBeLessThan(6000);
  });

  it('survives what cannot be written as JSON', () => {
    const { log, lines } = capture();
    const loop: Record<string, unknown> = { big: 1n };
    loop['self'] = loop;
    log.warn('odd', { loop });
    expect(lines()[0]).toMatchObject({ event: 'odd' });
  });

  it('writes for people at a terminal, and lets nothing steer it', () => {
    const { log, written } = capture(true);
    log.warn('worker-paused', { workerId: 'w1', reason: 'kernel\u001b[2J update\nsoon' });
    expect(written.join('')).toMatch(
      /^\d\d:\d\d:\d\d warn worker-paused workerId=w1 reason=kernel\ufffd\[2J update\ufffdsoon\n$/,
    );
  });

  it('takes what Nest writes', () => {
    const { log, lines } = capture();
    const nest = new NestLog(log);
    nest.log('AppModule dependencies initialized', 'InstanceLoader');
    nest.log({ event: 'listening', url: 'http://[::1]:80' }, 'http');
    nest.error(new Error('boom'), 'ExceptionsHandler');
    nest.warn('old', 'Router');
    expect(lines()).toMatchObject([
      { event: 'listening', room: 'http', url: 'http://[::1]:80' },
      { event: 'error', level: 'error', error: { message: 'boom' } },
      { event: 'note', level: 'warn', message: 'old' },
    ]);
  });
});
