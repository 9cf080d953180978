import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SandboxFailure } from '../../judging/ports.js';
import { isDead } from '../owner.js';
import { CONTROLLERS_OF_VERSION_2, type CgroupLayout, type Hierarchy } from './cgroup-layout.js';

/*
 * The directories that our containers' cgroups lie in, the same in each hierarchy:
 *
 *   /sys/fs/cgroup/memory/minos/<engine id>/<owner>~<random>/<container>
 *                                           └─ of one launcher; made and removed here
 *
 * The owner (owner.ts) tells whoever comes later whether the process that made it is dead. Then what
 * is left in it is killed and removed.
 */

const TOP = 'minos';
const REMOVAL_TRIES = 500;
const REMOVAL_PAUSE_MS = 4;

export class CgroupTree {
  readonly #layout: CgroupLayout;
  readonly #engineId: string;

  constructor(layout: CgroupLayout, engineId: string) {
    this.#layout = layout;
    this.#engineId = engineId;
  }

  get version(): 1 | 2 {
    return this.#layout.version;
  }

  /** Makes the directories of a launcher, bound to a core. @returns them, for its command line. */
  async create(name: string, core: number): Promise<readonly Hierarchy[]> {
    const made: Hierarchy[] = [];
    for (const { path, roles } of this.#layout.hierarchies) {
      const directory = join(path, TOP, this.#engineId, name);
      await this.#make(path, directory, roles);
      if (/[su]/.test(roles)) await writeFile(join(directory, 'cpuset.cpus'), String(core));
      if (this.version === 2) await enableControllers(directory);
      made.push({ path: directory, roles });
    }
    return made;
  }

  /** Kills and removes what is in the directories of a launcher that is gone, and them. */
  async remove(name: string): Promise<void> {
    for (const { path } of this.#layout.hierarchies) {
      await removeTree(join(path, TOP, this.#engineId, name));
    }
  }

  /** Removes what dead processes of this engine left. @returns the names. */
  async reap(): Promise<readonly string[]> {
    const names = new Set<string>();
    for (const directory of this.#engineDirectories()) {
      for (const name of await directoriesIn(directory)) names.add(name);
    }
    const reaped: string[] = [];
    for (const name of names) {
      const [owner = ''] = name.split('~');
      if (!(await isDead(owner))) continue;
      await this.remove(name);
      reaped.push(name);
    }
    return reaped;
  }

  /** What there is of a launcher: its containers, by number. */
  async containers(name: string): Promise<readonly string[]> {
    const all = await Promise.all(
      this.#engineDirectories().map((directory) => directoriesIn(join(directory, name))),
    );
    return [...new Set(all.flat())];
  }

  /** Where the memory of a launcher, or below it of a container, is limited. */
  pathOf(name: string): string {
    const hierarchy = this.#layout.hierarchies.find(({ roles }) => /[mu]/.test(roles));
    return join(hierarchy?.path ?? '', TOP, this.#engineId, name);
  }

  /** Leaves nothing of the engine, if no other process of it is at work. */
  async close(): Promise<void> {
    for (const directory of this.#engineDirectories()) {
      await rmdir(directory).catch(() => undefined);
      await rmdir(dirname(directory)).catch(() => undefined);
    }
  }

  #engineDirectories(): readonly string[] {
    return this.#layout.hierarchies.map(({ path }) => join(path, TOP, this.#engineId));
  }

  /** Another process that closes may remove a parent meanwhile. */
  async #make(root: string, directory: string, roles: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await mkdir(directory, { recursive: true });
        const parents = [dirname(dirname(directory)), dirname(directory)];
        if (this.version === 2)
          for (const each of [root, ...parents]) await enableControllers(each);
        if (roles.includes('s')) for (const each of [...parents, directory]) await fillCpuset(each);
        return;
      } catch (error) {
        if (attempt === 3 || !isAbsence(error)) throw cgroupFailure(directory, error);
      }
    }
  }
}

/** Version 1: a new cpuset has neither cores nor memory nodes, and takes no process. */
async function fillCpuset(directory: string): Promise<void> {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    const own = await readFile(join(directory, file), 'utf8');
    if (own.trim() !== '') continue;
    await writeFile(join(directory, file), await readFile(join(directory, '..', file), 'utf8'));
  }
}

/** Version 2: children get the controllers that their parent hands down. */
async function enableControllers(directory: string): Promise<void> {
  const file = join(directory, 'cgroup.subtree_control');
  const enabled = (await readFile(file, 'utf8')).split(/\s+/);
  const missing = CONTROLLERS_OF_VERSION_2.filter((name) => !enabled.includes(name));
  if (missing.length > 0) await writeFile(file, missing.map((name) => `+${name}`).join(' '));
}

async function removeTree(directory: string): Promise<void> {
  for (let attempt = 1; existsSync(directory); attempt += 1) {
    for (const child of await directoriesIn(directory)) {
      await killAll(join(directory, child));
      await rmdir(join(directory, child)).catch(() => undefined);
    }
    try {
      await rmdir(directory);
    } catch (error) {
      if (isAbsence(error)) return;
      if (attempt === REMOVAL_TRIES) throw cgroupFailure(directory, error);
      await sleep(REMOVAL_PAUSE_MS);
    }
  }
}

async function killAll(directory: string): Promise<void> {
  const text = await readFile(join(directory, 'cgroup.procs'), 'utf8').catch(() => '');
  for (const pid of text.split('\n').map(Number)) {
    // 0: a process of a PID namespace that we cannot see.
    if (pid > 1) killIfThere(pid);
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was faster.
  }
}

async function directoriesIn(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

function isAbsence(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function cgroupFailure(directory: string, cause: unknown): SandboxFailure {
  return new SandboxFailure(`the cgroup ${directory} cannot be used: ${String(cause)}`, { cause });
}
