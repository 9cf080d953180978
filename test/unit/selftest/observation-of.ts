import type { JudgementEvent } from '../../../src/judging/judgement.js';
import type { Verdict } from '../../../src/judging/verdict.js';
import type { HostileCase, Observation } from '../../../src/selftest/hostile-case.js';
import { runLimits } from '../../../src/judging/limits.js';
import { HOSTILE_LIMITS } from '../../../src/selftest/hostile-problem.js';
import { TOY_LANGUAGE } from '../../fakes/sample-problem.js';

export const CASE: HostileCase = {
  number: 1,
  title: 'a claim',
  language: 'toy',
  source: { text: 'toy' },
  expected: ['AC'],
};

/** As if one test had been judged. */
export function observationOf(
  verdict: Verdict,
  changes: { readonly stderr?: string; readonly elapsedMs?: number } = {},
): Observation {
  const { stderr = '', elapsedMs = 100 } = changes;
  const run: JudgementEvent = {
    type: 'run',
    ordinal: 1,
    testCase: 'secret/01',
    visibility: 'secret',
    verdict,
    rule: 'validator',
    reason: '',
    cpuTimeMs: 1,
    wallTimeMs: 1,
    memoryBytes: 1,
  };
  const finished: JudgementEvent = {
    type: 'finished',
    verdict,
    reason: '',
    cpuTimeMs: 1,
    memoryBytes: 1,
  };
  return {
    events: [run, finished],
    compilation: undefined,
    executions: [
      {
        purpose: 'run',
        limits: runLimits(HOSTILE_LIMITS, TOY_LANGUAGE.profile),
        outcome: {
          end: { kind: 'exited', exitCode: 0 },
          stopCause: 'none',
          outOfMemoryKills: 0,
          cpuTimeMs: 1,
          wallTimeMs: 1,
          starvedMs: 0,
          memoryBytes: 1,
          stdoutBytes: 0,
          stderrBytes: stderr.length,
          stdoutTruncated: false,
          stderrTruncated: false,
          collected: [],
        },
        stdout: Buffer.alloc(0),
        stderr: Buffer.from(stderr),
        elapsedMs,
      },
    ],
    elapsedMs,
    clockDriftMs: 0,
  };
}
