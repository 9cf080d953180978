import { readdir, readFile } from 'node:fs/promises';
import type { Sandbox } from '../../../src/judging/ports.js';
import { LABELS } from '../../../src/sandbox/docker/container-labels.js';
import { openTestSandbox } from '../../contracts/docker-engine.js';
import { nativeProblem, openTestNative } from '../../contracts/native-host.js';
import { shell } from '../../contracts/sandbox-trial.js';

/** A driver that the tests of real containers are run against. */
export interface Target {
  readonly name: string;
  open(options: { readonly slotCount: number }): Promise<OpenedTarget>;
}

export interface OpenedTarget {
  readonly sandbox: Sandbox;
  /** PIDs of the supervisors of all containers, also of those that wait. */
  supervisors(): Promise<readonly number[]>;
  leftovers(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const DOCKER: Target = {
  name: 'Docker driver',
  async open(options) {
    const opened = await openTestSandbox(options);
    const { client, sandbox } = opened;
    return {
      ...opened,
      async supervisors() {
        const found = await client.listByLabel([`${LABELS.run}=${sandbox.run}`]);
        const inspections = await Promise.all(
          found.map(({ id }) => client.engine.getContainer(id).inspect()),
        );
        return inspections.map(({ State }) => State.Pid);
      },
    };
  },
};

const NATIVE: Target = {
  name: 'native driver',
  async open(options) {
    const opened = await openTestNative(options);
    return {
      ...opened,
      async supervisors() {
        const launchers = await opened.sandbox.launchers();
        return (await Promise.all(launchers.map(childrenOf))).flat();
      },
    };
  },
};

/** With an image given (native-host.ts) there is no engine. */
const hasEngine = process.env['MINOS_TEST_ROOT'] === undefined;

export const TARGETS: readonly Target[] = [
  ...(hasEngine ? [DOCKER] : []),
  ...(nativeProblem() === undefined ? [NATIVE] : []),
];

export async function childrenOf(pid: number): Promise<readonly number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.trim().split(' ').filter(Boolean).map(Number);
}

/** An execution under way: its program has printed. */
export async function atWork(
  opened: Pick<OpenedTarget, 'sandbox' | 'supervisors'>,
  script = 'echo running; sleep 100',
  wallTimeMs = 100_000,
) {
  const stop = new AbortController();
  const running = Promise.withResolvers<undefined>();
  const execution = opened.sandbox.execute(
    shell(script, { limits: { wallTimeMs } }),
    { stdout: { write: () => running.resolve(undefined) }, stderr: { write: () => undefined } },
    stop.signal,
  );
  execution.catch(() => undefined);
  await Promise.race([running.promise, execution]);
  const all = await opened.supervisors();
  const programs = await Promise.all(all.map(childrenOf));
  const index = programs.findIndex((children) => children.length > 0);
  return { execution, stop, supervisor: all[index] ?? 0, program: programs[index]?.[0] ?? 0 };
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits for it, some seconds at most. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('it did not come true');
}

/** Of a cgroup: its children, not its files. */
export async function directoriesIn(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
