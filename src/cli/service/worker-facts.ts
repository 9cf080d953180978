import { chooseDriver } from '../driver-choice.js';
import { readDisk, readHostFacts } from '../doctor/read-host-facts.js';
import { slotsOf } from '../judging-engine.js';
import { preflight } from '../../sandbox/native/preflight.js';
import type { CliContext } from '../context.js';

/** As `workers.facts` shows it. */
export interface WorkerFacts {
  readonly kernel: string;
  readonly cores: number;
  readonly memory_bytes: number;
  readonly cgroup_version: number | null;
  readonly driver: 'native' | 'docker';
  /** May times of this machine be compared? */
  readonly timing_grade: boolean;
  /** Why not. */
  readonly timing_notes: readonly string[];
}

/** What a worker says of its machine when it registers. */
export async function workerFacts(context: CliContext): Promise<WorkerFacts> {
  const { config } = context;
  const { dataDirectory, sandbox } = config;
  const { driver } = chooseDriver(sandbox.driver, preflight);
  const facts = await readHostFacts('/', {
    slots: (await slotsOf(context)).length,
    dataDirectory: (await readDisk(dataDirectory)) ?? { path: dataDirectory, freeBytes: 0 },
    engine: { kind: 'absent', problem: 'not asked' },
    driver: { configured: sandbox.driver },
  });
  const notes = [
    ...(facts.smtActive === true ? ['two logical cores share a physical one'] : []),
    ...(facts.frequencyGovernor === undefined || facts.frequencyGovernor === 'performance'
      ? []
      : [`the frequency governor is ${facts.frequencyGovernor}, not performance`]),
    ...(facts.swapBytes > 0 ? ['swap is on'] : []),
    ...(facts.cores < 2 ? ['no core is left for everything else'] : []),
  ];
  return {
    kernel: facts.kernelRelease,
    cores: facts.cores,
    memory_bytes: facts.memoryBytes,
    cgroup_version: facts.cgroup.version === 'none' ? null : facts.cgroup.version,
    driver,
    timing_grade: notes.length === 0,
    timing_notes: notes,
  };
}
