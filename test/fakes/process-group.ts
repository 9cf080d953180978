import { readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';

export interface GroupUsage {
  readonly cpuTimeMs: number;
}

/** Ticks of /proc are hundredths of a second. */
const TICK_MS = 10;

/** A process and all its descendants that did not leave its group. */
export function processGroup(leader: number) {
  return {
    kill(): void {
      try {
        process.kill(-leader, 'SIGKILL');
      } catch {
        // All of them have ended.
      }
    },
    /** undefined once it has ended. */
    usage(): GroupUsage | undefined {
      const ticks = readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map((pid) => statOf(pid))
        .filter((fields) => Number(fields[2]) === leader)
        .map((fields) => sum(fields.slice(11, 15).map(Number)));
      return ticks.length === 0 ? undefined : { cpuTimeMs: sum(ticks) * TICK_MS };
    },
  };
}

export function parseSignal(name: string | null): number {
  return constants.signals[name as NodeJS.Signals];
}

/** The fields of /proc/PID/stat from the state on; none if the process is gone. */
function statOf(pid: string): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
