import { describe, expect, it } from 'vitest';
import { renderJudgement } from '../../../src/cli/judgement-table.js';
import type { Paint } from '../../../src/cli/paint.js';
import type { FinishedEvent } from '../../../src/judging/judgement.js';
import type { Run } from '../../../src/judging/run.js';

const plain: Paint = (_colour, text) => text;

const ACCEPTED: Run = {
  ordinal: 1,
  testCase: 'sample/1',
  visibility: 'sample',
  verdict: 'AC',
  rule: 'validator',
  reason: '',
  cpuTimeMs: 12,
  wallTimeMs: 20,
  memoryBytes: 3 * 2 ** 20,
};

const WRONG: Run = {
  ...ACCEPTED,
  ordinal: 2,
  testCase: 'sample/2',
  verdict: 'WA',
  reason: 'first difference: line 2, token 1',
  sample: { answer: '1\n2\n3\n', teamOutput: '1\n4\n3\n', stderr: 'debug\n' },
};

const FINISHED: FinishedEvent = {
  type: 'finished',
  verdict: 'AC',
  reason: '',
  cpuTimeMs: 12,
  memoryBytes: 3 * 2 ** 20,
};

describe('a judgement for people', () => {
  it('is a row for each case and the verdict last', () => {
    const text = renderJudgement({ runs: [ACCEPTED], finished: FINISHED, compileLog: '' }, plain);
    expect(text.split('\n')).toEqual([
      'case      verdict     CPU  memory  why',
      'sample/1  AC       0.01 s   3 MiB',
      'AC (accepted) — at most 0.01 s CPU, 3 MiB',
    ]);
  });

  it('shows where a sample differs', () => {
    const finished: FinishedEvent = {
      ...FINISHED,
      verdict: 'WA',
      testCase: 'sample/2',
      reason: WRONG.reason,
    };
    const text = renderJudgement({ runs: [ACCEPTED, WRONG], finished, compileLog: '' }, plain);
    expect(text).toContain(
      'sample/2: expected (-), got (+)\n  1\n- 2\n+ 4\n  3\n  stderr: debug\n',
    );
    expect(text).toContain('WA (wrong answer) on sample/2: first difference: line 2, token 1');
  });

  it('shows what the compiler said', () => {
    const finished: FinishedEvent = {
      ...FINISHED,
      verdict: 'CE',
      memoryBytes: 0,
      reason: 'exit 1',
    };
    const text = renderJudgement({ runs: [], finished, compileLog: 'a.c:1: error\n' }, plain);
    expect(text).toBe('a.c:1: error\nCE (compile error): exit 1');
  });

  it('lets no escape sequence of a stranger reach the terminal', () => {
    const hostile: Run = {
      ...WRONG,
      reason: 'bad \u001b[2J token',
      sample: { answer: 'a\n', teamOutput: '\u001b]0;title\u0007\n', stderr: '\u001b[31m' },
    };
    const text = renderJudgement({ runs: [hostile], finished: FINISHED, compileLog: '' }, plain);
    expect(text).not.toMatch(/\u001b|\u0007/);
  });

  it('cuts long lines, long diffs and long logs', () => {
    const lines = (letter: string) =>
      Array.from({ length: 50 }, (_, n) => `${letter}${n}`).join('\n');
    const run: Run = {
      ...WRONG,
      sample: { answer: lines('a'), teamOutput: 'x'.repeat(5000), stderr: '' },
    };
    const text = renderJudgement(
      { runs: [run], finished: { ...FINISHED, verdict: 'CE' }, compileLog: lines('e') },
      plain,
    );
    expect(text).toContain('… 30 more lines');
    expect(text.split('\n').length).toBeLessThan(45);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(150);
  });
});
