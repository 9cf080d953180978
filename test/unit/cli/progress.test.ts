import { describe, expect, it } from 'vitest';
import { createProgress, type Progress } from '../../../src/cli/progress.js';

function record(isTTY: boolean) {
  const written: string[] = [];
  let nowMs = 0;
  const terminal = (name: string) => ({
    isTTY,
    columns: 40,
    write: (text: string) => written.push(`${name} ${text}`),
  });
  const progress: Progress = createProgress({
    stdout: terminal('out'),
    stderr: terminal('err'),
    now: () => nowMs,
  });
  return { progress, written, wait: (milliseconds: number) => (nowMs += milliseconds) };
}

describe('progress in a log', () => {
  it('is a plain line for each step, once', () => {
    const { progress, written } = record(false);
    progress.step('compiling');
    progress.step('compiling');
    progress.step('judging');
    expect(written).toEqual(['err minos: compiling…\n', 'err minos: judging…\n']);
  });

  it('shows a sign of life of a long step now and then', () => {
    const { progress, written, wait } = record(false);
    progress.step('judging');
    progress.detail('1 of 50');
    wait(6000);
    progress.detail('7 of 50');
    progress.detail('8 of 50');
    expect(written).toEqual(['err minos: judging…\n', 'err minos:   … 7 of 50\n']);
  });

  it('keeps results on stdout', () => {
    const { progress, written } = record(false);
    progress.print('AC');
    expect(written).toEqual(['out AC\n']);
  });
});

describe('progress on a terminal', () => {
  it('is one line that never wraps and is wiped at the end', () => {
    const { progress, written } = record(true);
    progress.step('x'.repeat(100));
    progress.end();
    const visible =
      written[0]?.replace(/^err /, '').replace(/\u001b\[[0-9;]*[A-Za-z]|\r/g, '') ?? '';
    expect(visible.length).toBeLessThan(40);
    expect(written.at(-1)).toBe('err \r\u001b[2K');
  });

  it('is out of the way while a result is printed', () => {
    const { progress, written } = record(true);
    progress.step('judging');
    progress.print('AC');
    expect(written.slice(1, 3)).toEqual(['err \r\u001b[2K', 'out AC\n']);
    progress.end();
  });
});
