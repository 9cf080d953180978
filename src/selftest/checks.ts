import type { StopCause } from '../judging/execution.js';
import { formatBytes } from '../judging/reason.js';
import type { Check, ObservedExecution, Observation } from './hostile-case.js';

/** Watching every 10 ms, the supervisor kills within this much of CPU. */
const KILL_DELAY_MS = 150;

/** Of its wall time, that a program waited for a core which others had: then times say nothing. */
const STARVED_FRACTION = 0.1;

export function wasStarved({ outcome }: ObservedExecution): boolean {
  return outcome.starvedMs > outcome.wallTimeMs * STARVED_FRACTION;
}

/** The CPU killer fired, and in time; where others had the core it had no occasion. */
export const killedByCpu: Check = everyRun((run) => {
  const { outcome, limits } = run;
  if (wasStarved(run)) return undefined;
  if (outcome.stopCause !== 'cpu-time') return `stopped by ${outcome.stopCause}, not by CPU time`;
  return outcome.cpuTimeMs >= limits.cpuKillMs &&
    outcome.cpuTimeMs <= limits.cpuKillMs + KILL_DELAY_MS
    ? undefined
    : `CPU ${outcome.cpuTimeMs} ms, killed at ${limits.cpuKillMs} ms`;
});

export function stoppedBy(cause: StopCause): Check {
  return everyRun(({ outcome }) =>
    outcome.stopCause === cause ? undefined : `stopped by ${outcome.stopCause}, not ${cause}`,
  );
}

export function cpuAtLeast(ms: number): Check {
  return everyRun(({ outcome }) =>
    outcome.cpuTimeMs >= ms ? undefined : `CPU ${outcome.cpuTimeMs} ms, less than ${ms}`,
  );
}

export function cpuAtMost(ms: number): Check {
  return everyRun(({ outcome }) =>
    outcome.cpuTimeMs <= ms ? undefined : `CPU ${outcome.cpuTimeMs} ms, more than ${ms}`,
  );
}

/** The program counts itself, children included; it may have used more since it said so. */
export const chargedAsItSays: Check = everyRun(({ outcome, stderr }) => {
  const saidUs = Number([...stderr.toString().matchAll(/^used (\d+) us$/gm)].at(-1)?.[1] ?? NaN);
  return outcome.cpuTimeMs >= (saidUs / 1000) * 0.95
    ? undefined
    : `charged ${outcome.cpuTimeMs} ms, and the program says ${saidUs / 1000}`;
});

/** The program was alone on one core: its wall time is no less than its CPU time. */
export const onOneCore: Check = everyRun(({ outcome }) =>
  outcome.wallTimeMs >= outcome.cpuTimeMs * 0.95
    ? undefined
    : `CPU ${outcome.cpuTimeMs} ms in ${outcome.wallTimeMs} ms: more than one core`,
);

/** The end came this soon after the wall limit. */
export function wallOvershootAtMost(ms: number): Check {
  return everyRun(({ outcome, limits }) =>
    outcome.wallTimeMs <= limits.wallTimeMs + ms
      ? undefined
      : `ended ${outcome.wallTimeMs - limits.wallTimeMs} ms after the wall limit`,
  );
}

export function wallAtMost(ms: number): Check {
  return everyRun(({ outcome }) =>
    outcome.wallTimeMs <= ms ? undefined : `took ${outcome.wallTimeMs} ms, more than ${ms}`,
  );
}

export const killedByMemory: Check = everyRun(({ outcome }) =>
  outcome.outOfMemoryKills >= 1 ? undefined : 'the kernel killed nothing for its memory',
);

export function memoryAtMost(bytes: number): Check {
  return everyRun(({ outcome }) =>
    outcome.memoryBytes <= bytes
      ? undefined
      : `reported ${formatBytes(outcome.memoryBytes)}, more than ${formatBytes(bytes)}`,
  );
}

/** Two runs of the same are charged the same. */
export function memoryWithin(bytes: number): Check {
  return (seen) => {
    const reported = runsOf(seen).map(({ outcome }) => outcome.memoryBytes);
    const spread = Math.max(...reported) - Math.min(...reported);
    return spread <= bytes ? undefined : `the reports differ by ${formatBytes(spread)}`;
  };
}

/** Not more was stored than the output limit. */
export const storedWithinLimit: Check = everyRun(({ stdout, limits }) =>
  stdout.byteLength <= limits.stdoutBytes
    ? undefined
    : `${stdout.byteLength} bytes of output came, the limit is ${limits.stdoutBytes}`,
);

export const stderrCut: Check = everyRun(({ outcome, stderr, limits }) =>
  outcome.stderrTruncated && stderr.byteLength <= limits.stderrBytes
    ? undefined
    : `${stderr.byteLength} bytes of stderr came, cut: ${String(outcome.stderrTruncated)}`,
);

/** Exactly these bytes reached the judge. */
export function prints(expected: string): Check {
  return everyRun(({ stdout }) =>
    stdout.toString('latin1') === expected
      ? undefined
      : `printed ${JSON.stringify(stdout.subarray(0, 200).toString('latin1'))}`,
  );
}

export function says(pattern: RegExp): Check {
  return everyRun(({ stderr }) =>
    pattern.test(stderr.toString())
      ? undefined
      : `stderr does not say ${String(pattern)}: ${excerpt(stderr.toString())}`,
  );
}

/** The sentence that the contestant reads. */
export function reason(pattern: RegExp): Check {
  return (seen) => {
    const finished = seen.events.at(-1);
    if (finished?.type !== 'finished') return 'there is no last event';
    return pattern.test(finished.reason)
      ? undefined
      : `the reason is ${JSON.stringify(finished.reason)}, not ${String(pattern)}`;
  };
}

export function endedBySignal(signal: number): Check {
  return everyRun(({ outcome: { end } }) =>
    end.kind === 'signalled' && end.signal === signal
      ? undefined
      : `ended by ${JSON.stringify(end)}, not by signal ${signal}`,
  );
}

const LOG_BYTES = 64 * 1024;
const CUT_MARK = '\n[cut here]';

/** The log of the compiler is capped, and can be stored and shown as text. */
export const logCapped: Check = ({ compilation }) => {
  const log = compilation?.log ?? '';
  // A byte that is no UTF-8 becomes three.
  if (log.length > LOG_BYTES + CUT_MARK.length) return `the log has ${log.length} characters`;
  return log.isWellFormed() ? undefined : 'the log is not well-formed text';
};

/** Whoever reads the log sees that there was more. */
export const logMarksCut: Check = ({ compilation }) =>
  compilation?.log.endsWith(CUT_MARK) === true ? undefined : 'the log was cut without a mark';

export function logSays(pattern: RegExp): Check {
  return ({ compilation }) => {
    const said = compilation === undefined ? '' : compilation.log + failureOf(compilation);
    return pattern.test(said)
      ? undefined
      : `the log does not say ${String(pattern)}: ${excerpt(said)}`;
  };
}

function failureOf(compilation: NonNullable<Observation['compilation']>): string {
  return compilation.kind === 'failed' ? `\n${compilation.reason}` : '';
}

/** The runs of one program always come to the same verdict. */
export const stableVerdict: Check = ({ events }) => {
  const verdicts = new Set(
    events.flatMap((event) => (event.type === 'run' ? [event.verdict] : [])),
  );
  return verdicts.size === 1 ? undefined : `the verdicts are ${[...verdicts].join(', ')}`;
};

/** A judging error that is the problem's, so that its owner hears of it. */
export const blamesProblem: Check = ({ events }) => {
  const finished = events.at(-1);
  return finished?.type === 'finished' && finished.fault === 'problem'
    ? undefined
    : 'it is not told as a fault of the problem';
};

export const hostClockKept: Check = ({ clockDriftMs }) =>
  Math.abs(clockDriftMs) < 1000 ? undefined : `the host's clock moved by ${clockDriftMs} ms`;

export function runsOf(seen: Observation): readonly ObservedExecution[] {
  return seen.executions.filter(({ purpose }) => purpose === 'run');
}

export function validationsOf(seen: Observation): readonly ObservedExecution[] {
  return seen.executions.filter(({ purpose }) => purpose === 'validate');
}

export function everyRun(check: (run: ObservedExecution) => string | undefined): Check {
  return (seen) => {
    const runs = runsOf(seen);
    if (runs.length === 0) return 'nothing was run';
    return runs.map(check).find((problem) => problem !== undefined);
  };
}

export function excerpt(text: string): string {
  return JSON.stringify(text.length > 300 ? `${text.slice(0, 300)}…` : text);
}
