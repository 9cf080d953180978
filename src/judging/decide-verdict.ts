import type { ExecutionOutcome } from './execution.js';
import type { OutOfMemorySign } from './language.js';
import type { ExecutionLimits } from './limits.js';
import { formatBytes, formatSeconds } from './reason.js';
import type { DecidingRule } from './run.js';
import type { Validation } from './validation.js';
import type { Verdict } from './verdict.js';

export interface Decision {
  readonly verdict: Verdict;
  readonly rule: DecidingRule;
  readonly reason: string;
}

/** All that a verdict of a batch case is decided from. */
export interface CaseEvidence {
  readonly outcome: ExecutionOutcome;
  readonly limits: ExecutionLimits;
  readonly outOfMemorySigns: readonly OutOfMemorySign[];
  /** The beginning of what the program wrote to stderr. */
  readonly stderr: string;
}

/**
 * The first rule that applies decides: output over the limit, memory, time, how the program ended.
 * @returns undefined when the program did nothing wrong, and the validator has to decide.
 */
export function decideByExecution(evidence: CaseEvidence): Decision | undefined {
  return (
    overOutput(evidence) ??
    overMemory(evidence) ??
    overTime(evidence) ??
    failedEnd(evidence.outcome)
  );
}

/** The verdict of a batch case; the validation counts only when the execution decided nothing. */
export function decideVerdict(evidence: CaseEvidence, validation: Validation): Decision {
  return decideByExecution(evidence) ?? decideByValidation(validation);
}

function overOutput({ outcome, limits }: CaseEvidence): Decision | undefined {
  if (outcome.stopCause !== 'stdout-limit' && outcome.stdoutBytes <= limits.stdoutBytes) {
    return undefined;
  }
  const reason = `wrote more than ${formatBytes(limits.stdoutBytes)}`;
  return { verdict: 'OLE', rule: 'output-limit', reason };
}

function overMemory(evidence: CaseEvidence): Decision | undefined {
  const { outcome, limits } = evidence;
  const decision = { verdict: 'MLE', rule: 'memory' } as const;
  if (outcome.outOfMemoryKills > 0) {
    return { ...decision, reason: `killed at ${formatBytes(limits.memoryBytes)}` };
  }
  if (failedEnd(outcome) !== undefined && saysOutOfMemory(evidence)) {
    return { ...decision, reason: `ran out of memory (limit ${formatBytes(limits.memoryBytes)})` };
  }
  return undefined;
}

function saysOutOfMemory({ outcome, outOfMemorySigns, stderr }: CaseEvidence): boolean {
  const { end } = outcome;
  return outOfMemorySigns.some(
    (sign) =>
      (sign.exitCode === undefined || (end.kind === 'exited' && end.exitCode === sign.exitCode)) &&
      (sign.signal === undefined || (end.kind === 'signalled' && end.signal === sign.signal)) &&
      (sign.stderr === undefined || stderr.includes(sign.stderr)),
  );
}

function overTime({ outcome, limits }: CaseEvidence): Decision | undefined {
  if (outcome.stopCause === 'cpu-time' || outcome.cpuTimeMs > limits.cpuTimeMs) {
    const reason = `CPU ${formatSeconds(outcome.cpuTimeMs)} of ${formatSeconds(limits.cpuTimeMs)}`;
    return { verdict: 'TLE', rule: 'cpu-time', reason };
  }
  if (outcome.stopCause === 'wall-time') {
    const reason =
      `still running after ${formatSeconds(outcome.wallTimeMs)}, ` +
      `with ${formatSeconds(outcome.cpuTimeMs)} of CPU used: it waited for something`;
    return { verdict: 'TLE', rule: 'wall-time', reason };
  }
  return undefined;
}

function failedEnd({ end }: ExecutionOutcome): Decision | undefined {
  if (end.kind === 'signalled') {
    const reason = `killed by signal ${end.signal}${signalName(end.signal)}`;
    return { verdict: 'RTE', rule: 'signal', reason };
  }
  if (end.exitCode !== 0) {
    return { verdict: 'RTE', rule: 'exit-code', reason: `exit code ${end.exitCode}` };
  }
  return undefined;
}

/** The signals of Linux that students meet, with what usually causes them. */
const SIGNALS: Readonly<Record<number, string>> = {
  4: 'SIGILL, illegal instruction',
  6: 'SIGABRT, abort or failed assertion',
  7: 'SIGBUS, bad memory access',
  8: 'SIGFPE, division by zero',
  9: 'SIGKILL',
  11: 'SIGSEGV, bad memory access or stack overflow',
  13: 'SIGPIPE',
  15: 'SIGTERM',
  24: 'SIGXCPU',
  25: 'SIGXFSZ, file too large',
  31: 'SIGSYS, forbidden system call',
};

function signalName(signal: number): string {
  const name = SIGNALS[signal];
  return name === undefined ? '' : ` (${name})`;
}

function decideByValidation(validation: Validation): Decision {
  switch (validation.kind) {
    case 'accepted':
      return { verdict: 'AC', rule: 'validator', reason: '' };
    case 'rejected':
      return { verdict: 'WA', rule: 'validator', reason: validation.reason };
    case 'failed':
      return { verdict: 'JE', rule: 'validator', reason: validation.message };
  }
}
