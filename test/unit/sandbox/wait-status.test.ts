import { describe, expect, it } from 'vitest';
import { decideByExecution } from '../../../src/judging/decide-verdict.js';
import { runLimits } from '../../../src/judging/limits.js';
import { decodeResult, RESULT_BYTES } from '../../../src/sandbox/supervisor-result.js';
import { HOSTILE_LIMITS } from '../../../src/selftest/hostile-problem.js';
import { TOY_LANGUAGE } from '../../fakes/sample-problem.js';

const NONCE = new Uint8Array(16);
const WAIT_STATUS_AT = 16;

function verdictOf(waitStatus: number): { readonly verdict: string; readonly reason: string } {
  const payload = Buffer.alloc(RESULT_BYTES.min);
  payload.writeUInt32BE(waitStatus, WAIT_STATUS_AT);
  const decision = decideByExecution({
    outcome: { ...decodeResult(payload, NONCE), collected: [] },
    limits: runLimits(HOSTILE_LIMITS, TOY_LANGUAGE.profile),
    outOfMemorySigns: [],
    stderr: '',
  });
  return decision ?? { verdict: 'to the validator', reason: '' };
}

describe('every end of a program', () => {
  it('by an exit code is a run-time error of that code, 137 and 143 too', () => {
    for (let exitCode = 1; exitCode < 256; exitCode += 1) {
      expect(verdictOf(exitCode << 8)).toMatchObject({
        verdict: 'RTE',
        reason: `exit code ${exitCode}`,
      });
    }
    expect(verdictOf(0).verdict).toBe('to the validator');
  });

  it('by a signal is a run-time error of that signal, with a core or without', () => {
    for (let signal = 1; signal <= 64; signal += 1) {
      for (const status of [signal, signal | 0x80]) {
        const { verdict, reason } = verdictOf(status);
        expect(verdict).toBe('RTE');
        expect(reason).toMatch(new RegExp(`^killed by signal ${signal}\\b`));
      }
    }
  });

  it('that is none is no verdict', () => {
    for (const status of [0x7f, 0x137f, 0xffff, 0x1_0000]) {
      expect(() => verdictOf(status)).toThrow('a wait status');
    }
  });
});
