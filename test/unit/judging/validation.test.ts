import { describe, expect, it } from 'vitest';
import type { ExecutionOutcome } from '../../../src/judging/execution.js';
import { validationOfComparison, validationOfExit } from '../../../src/judging/validation.js';

const LIMITS = {
  cpuTimeMs: 60_000,
  wallTimeMs: 180_000,
  memoryBytes: 2 ** 31,
  stdoutBytes: 2 ** 23,
};

const EXITED_42: ExecutionOutcome = {
  end: { kind: 'exited', exitCode: 42 },
  stopCause: 'none',
  outOfMemoryKills: 0,
  cpuTimeMs: 10,
  wallTimeMs: 12,
  starvedMs: 0,
  memoryBytes: 1,
  stdoutBytes: 0,
  stderrBytes: 0,
  stdoutTruncated: false,
  stderrTruncated: false,
  collected: [],
};

function exited(exitCode: number): ExecutionOutcome {
  return { ...EXITED_42, end: { kind: 'exited', exitCode } };
}

describe('a custom output validator', () => {
  it('accepts by 42 and rejects by 43', () => {
    expect(validationOfExit(exited(42), LIMITS)).toEqual({ kind: 'accepted' });
    expect(validationOfExit(exited(43), LIMITS)).toEqual({
      kind: 'rejected',
      reason: 'rejected by the output validator',
    });
  });

  it('fails by every other exit code', () => {
    for (let exitCode = 0; exitCode < 256; exitCode += 1) {
      if (exitCode === 42 || exitCode === 43) continue;
      expect(validationOfExit(exited(exitCode), LIMITS)).toEqual({
        kind: 'failed',
        message: `the output validator exited with ${exitCode}, which is neither 42 nor 43`,
      });
    }
  });

  it.each<[string, Partial<ExecutionOutcome>, string]>([
    ['by a signal', { end: { kind: 'signalled', signal: 11 } }, 'died of signal 11'],
    ['over its memory', { outOfMemoryKills: 1 }, 'ran out of memory (2 GiB)'],
    ['stopped over its CPU time', { stopCause: 'cpu-time' }, 'took more than 60.00 s of CPU'],
    ['that ended itself over its CPU time', { cpuTimeMs: 60_001 }, 'took more than 60.00 s of CPU'],
    ['over its wall time', { stopCause: 'wall-time' }, 'took more than 180.00 s'],
    ['over its output', { stopCause: 'stdout-limit' }, 'printed more than 8 MiB'],
  ])('fails %s, also with 42', (_claim, outcome, words) => {
    expect(validationOfExit({ ...EXITED_42, ...outcome }, LIMITS)).toEqual({
      kind: 'failed',
      message: `the output validator ${words}`,
    });
  });

  it('may print more than is kept of it', () => {
    const outcome = { ...EXITED_42, stdoutTruncated: true, stderrTruncated: true };
    expect(validationOfExit(outcome, LIMITS)).toEqual({ kind: 'accepted' });
  });

  it('hands on its feedback, whatever it says', () => {
    const feedback = { judgeMessage: 'staff', teamMessage: 'student' };
    for (const exitCode of [42, 43, 1]) {
      expect(validationOfExit(exited(exitCode), LIMITS, feedback)).toMatchObject({ feedback });
    }
  });
});

describe('the default output validator', () => {
  it('says why it rejects, in words that hold nothing of the answer', () => {
    const difference = { line: 3, byteOffset: 9, expected: 'secret', found: 'x' };
    const reasonOf = (reason: 'wrong' | 'presentation' | 'no-output', token?: number) =>
      validationOfComparison({
        accepted: false,
        reason,
        difference: token === undefined ? difference : { ...difference, token },
      });
    expect(reasonOf('wrong', 2)).toMatchObject({ reason: 'first difference: line 3, token 2' });
    expect(reasonOf('wrong')).toMatchObject({ reason: 'first difference: line 3' });
    expect(reasonOf('presentation')).toMatchObject({ reason: 'presentation error: line 3' });
    expect(reasonOf('no-output', 1)).toMatchObject({ kind: 'rejected', reason: 'no output' });
    expect(validationOfComparison({ accepted: true })).toEqual({ kind: 'accepted' });
  });
});
