import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  decideByExecution,
  decideVerdict,
  type CaseEvidence,
} from '../../../src/judging/decide-verdict.js';
import type { ExecutionOutcome } from '../../../src/judging/execution.js';
import { runLimits } from '../../../src/judging/limits.js';
import { problem, TOY_LANGUAGE } from '../../fakes/sample-problem.js';
import { WELL_BEHAVED } from '../../fakes/scripted-sandbox.js';

const { profile } = TOY_LANGUAGE;
const limits = runLimits(problem([]).limits, profile);

function evidence(changes: Partial<ExecutionOutcome>, stderr = ''): CaseEvidence {
  const outcome = { ...WELL_BEHAVED, ...changes };
  return { outcome, limits, outOfMemorySigns: profile.outOfMemorySigns, stderr };
}

const KILLED = { kind: 'signalled', signal: 9 } as const;
const everything: Partial<ExecutionOutcome> = {
  stopCause: 'stdout-limit',
  stdoutBytes: limits.stdoutBytes + 1,
  outOfMemoryKills: 1,
  cpuTimeMs: 5000,
  end: KILLED,
};

describe('the order of the rules', () => {
  it('puts output before memory, memory before time, time before the way it ended', () => {
    expect(decideByExecution(evidence(everything))?.verdict).toBe('OLE');
    const noOutput = { ...everything, stopCause: 'none', stdoutBytes: 0 } as const;
    expect(decideByExecution(evidence(noOutput))?.verdict).toBe('MLE');
    expect(decideByExecution(evidence({ ...noOutput, outOfMemoryKills: 0 }))?.verdict).toBe('TLE');
    expect(decideByExecution(evidence({ end: KILLED }))?.verdict).toBe('RTE');
    expect(decideByExecution(evidence({}))).toBeUndefined();
  });

  it('accepts only a program that did nothing wrong', () => {
    fc.assert(
      fc.property(
        fc.record({
          stopCause: fc.constantFrom('none', 'cpu-time', 'wall-time', 'stdout-limit' as const),
          outOfMemoryKills: fc.nat(2),
          cpuTimeMs: fc.nat(3000),
          stdoutBytes: fc.nat(2 ** 21),
          end: fc.oneof(
            fc.record({ kind: fc.constant('exited' as const), exitCode: fc.nat(255) }),
            fc.record({
              kind: fc.constant('signalled' as const),
              signal: fc.integer({ min: 1, max: 64 }),
            }),
          ),
        }),
        (outcome) => {
          const { verdict } = decideVerdict(evidence(outcome), { kind: 'accepted' });
          const clean =
            outcome.stopCause === 'none' &&
            outcome.outOfMemoryKills === 0 &&
            outcome.cpuTimeMs <= limits.cpuTimeMs &&
            outcome.stdoutBytes <= limits.stdoutBytes &&
            outcome.end.kind === 'exited' &&
            outcome.end.exitCode === 0;
          expect(verdict === 'AC').toBe(clean);
          expect(verdict).not.toBe('JE');
        },
      ),
    );
  });
});

describe('each rule', () => {
  it('lets exactly the output limit pass', () => {
    expect(decideByExecution(evidence({ stdoutBytes: limits.stdoutBytes }))).toBeUndefined();
    expect(decideByExecution(evidence({ stdoutBytes: limits.stdoutBytes + 1 }))?.verdict).toBe(
      'OLE',
    );
  });

  it('does not take a large peak for exceeding the memory limit', () => {
    expect(decideByExecution(evidence({ memoryBytes: limits.memoryBytes * 2 }))).toBeUndefined();
  });

  it('reads the out-of-memory sign of a runtime only from a failed program', () => {
    const failed = { end: { kind: 'exited', exitCode: 1 } } as const;
    expect(decideByExecution(evidence(failed, 'ToyMemoryError: 3'))?.verdict).toBe('MLE');
    expect(decideByExecution(evidence({}, 'ToyMemoryError: 3'))).toBeUndefined();
    expect(decideByExecution(evidence(failed, 'other'))?.verdict).toBe('RTE');
  });

  it('tells waiting from computing', () => {
    const waited = { stopCause: 'wall-time', end: KILLED, wallTimeMs: 3000, cpuTimeMs: 1 } as const;
    expect(decideByExecution(evidence(waited))).toMatchObject({
      verdict: 'TLE',
      rule: 'wall-time',
    });
  });

  it('does not take exit code 137 for a kill', () => {
    const decision = decideByExecution(evidence({ end: { kind: 'exited', exitCode: 137 } }));
    expect(decision).toEqual({ verdict: 'RTE', rule: 'exit-code', reason: 'exit code 137' });
  });

  it('names the signal', () => {
    const decision = decideByExecution(evidence({ end: { kind: 'signalled', signal: 11 } }));
    expect(decision?.reason).toContain('SIGSEGV');
  });
});
