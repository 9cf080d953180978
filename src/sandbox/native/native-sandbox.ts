import { randomUUID } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  ExecutionOutcome,
  ExecutionOutput,
  ExecutionRequest,
} from '../../judging/execution.js';
import type { StagedFile } from '../../judging/bytes.js';
import type { ContainerShape, Sandbox } from '../../judging/ports.js';
import type { BlobStore } from '../blob-store.js';
import { shapeKey } from '../container-options.js';
import { thisOwner } from '../owner.js';
import { PooledSandbox } from '../pooled-sandbox.js';
import { SECCOMP_PROFILE } from '../seccomp-profile.js';
import type { Slot } from '../slots.js';
import type { LentFiles } from '../supervisor-job.js';
import type { CgroupTree } from './cgroup-tree.js';
import { launchRequest } from './launch-request.js';
import { Launcher } from './launcher.js';
import { NativeContainer } from './native-container.js';
import { compileFilter } from './seccomp-filter.js';

export interface NativeSandboxOptions {
  /** Directory of the toolchain's unpacked image, which is whole when the promise resolves. */
  readonly rootOf: (toolchain: string) => Promise<string>;
  /** Path of the launcher's executable. */
  readonly launcher: () => Promise<string>;
  readonly cgroups: CgroupTree;
  /** Where collected files go, and programs are lent from. */
  readonly blobs: BlobStore;
  readonly slots: readonly Slot[];
  /** Containers kept ready per slot. */
  readonly ahead?: number;
  /** Beyond an execution's wall limit, until its container counts as hung. */
  readonly graceMs?: number;
}

/** One is enough to take the making of a container off the way to a verdict. */
const AHEAD = 2;
const CONCURRENT_CREATIONS = 2;
const MAX_REQUESTS = 1000;
/** A smaller file is copied for less than its mount costs. */
const LENT_BYTES = 64 * 1024;

/** A launcher and its place among the cgroups. */
interface Room {
  readonly name: string;
  readonly starting: Promise<Launcher>;
}

/**
 * Runs every execution in a fresh container made by a launcher: one launcher process for each slot and
 * image, started when first needed. Close it: it keeps containers ready.
 */
export class NativeSandbox implements Sandbox, AsyncDisposable {
  readonly #options: NativeSandboxOptions;
  readonly #owner: string;
  readonly #filter: FileHandle;
  readonly #sandbox: PooledSandbox<NativeContainer>;
  /** By slot and root. */
  readonly #rooms = new Map<string, Room>();
  /** By slot and shape. */
  readonly #requests = new Map<string, Uint8Array>();
  readonly #endings = new Set<Promise<void>>();
  #isClosed = false;

  private constructor(options: NativeSandboxOptions, owner: string, filter: FileHandle) {
    this.#options = options;
    this.#owner = owner;
    this.#filter = filter;
    this.#sandbox = new PooledSandbox({
      ...options,
      open: (shape, slot) => this.#openContainer(shape, slot),
      lend: (files) => lendLarge(files, options.blobs),
      ahead: options.ahead ?? AHEAD,
      concurrency: CONCURRENT_CREATIONS,
    });
  }

  /** Removes what earlier processes of this installation left, then is ready. */
  static async open(options: NativeSandboxOptions): Promise<NativeSandbox> {
    await options.cgroups.reap();
    return new NativeSandbox(options, await thisOwner(), await openFilter());
  }

  get slots(): number {
    return this.#sandbox.slots;
  }

  prepare(shape: ContainerShape, count: number): void {
    this.#sandbox.prepare(shape, count);
  }

  /** Starts the launchers of a toolchain: that takes longer while judging, and the larger we are. */
  async warm(toolchain: string): Promise<void> {
    const root = await this.#options.rootOf(toolchain);
    await Promise.all(this.#options.slots.map((slot) => this.#launcherOf(root, slot)));
  }

  execute(
    request: ExecutionRequest,
    output: ExecutionOutput,
    signal?: AbortSignal,
  ): Promise<ExecutionOutcome> {
    return this.#sandbox.execute(request, output, signal);
  }

  /** Paths, below the cgroups' directories, of every container there is. */
  async containers(): Promise<readonly string[]> {
    const all = [...this.#rooms.values()].map(async ({ name }) => {
      const numbers = await this.#options.cgroups.containers(name);
      return numbers.map((number) => `${name}/${number}`);
    });
    return (await Promise.all(all)).flat();
  }

  /** The cgroup of one of them, that of its memory in version 1. */
  cgroupOf(container: string): string {
    return this.#options.cgroups.pathOf(container);
  }

  /** PIDs of the launchers. */
  async launchers(): Promise<readonly number[]> {
    const all = await Promise.allSettled([...this.#rooms.values()].map(({ starting }) => starting));
    return all.flatMap((result) => (result.status === 'fulfilled' ? [result.value.pid] : []));
  }

  /** Everything of this sandbox is gone afterwards. Executions under way fail. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#sandbox.close();
    await Promise.allSettled(
      [...this.#rooms.values()].map(async ({ starting }) => (await starting).close()),
    );
    await Promise.allSettled(this.#endings);
    await this.#filter.close();
    await this.#options.cgroups.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** A launcher that died is noticed, at the latest, by who asks it; then another is asked. */
  async #openContainer(shape: ContainerShape, slot: Slot): Promise<NativeContainer> {
    const root = await this.#options.rootOf(shape.toolchain);
    const request = this.#requestFor(shape, slot);
    const launcher = await this.#launcherOf(root, slot);
    try {
      return await NativeContainer.open(launcher, request);
    } catch (error) {
      // Its socket is gone, so it is dying, though its exit has not been heard of yet.
      if (isRefusal(error)) await launcher.ended;
      if (!launcher.hasEnded || this.#isClosed) throw error;
      return await NativeContainer.open(await this.#launcherOf(root, slot), request);
    }
  }

  /** Kept, because a submission has many cases of one shape. */
  #requestFor(shape: ContainerShape, slot: Slot): Uint8Array {
    const key = `${slot.index} ${shapeKey(shape)}`;
    const known = this.#requests.get(key);
    if (known !== undefined) return known;
    const request = launchRequest({ image: '', shape, slot, labels: {} });
    if (this.#requests.size === MAX_REQUESTS) this.#requests.clear();
    this.#requests.set(key, request);
    return request;
  }

  async #launcherOf(root: string, slot: Slot): Promise<Launcher> {
    const key = `${slot.index} ${root}`;
    const known = this.#rooms.get(key);
    if (known !== undefined) {
      const launcher = await known.starting;
      if (!launcher.hasEnded) return launcher;
      if (this.#rooms.get(key) === known) this.#rooms.delete(key);
      return await this.#launcherOf(root, slot);
    }
    const name = `${this.#owner}~${randomUUID()}`;
    const room = { name, starting: this.#start(name, root, slot) };
    this.#rooms.set(key, room);
    this.#track(this.#forgetWhenEnded(key, room));
    return await room.starting;
  }

  async #start(name: string, root: string, slot: Slot): Promise<Launcher> {
    const { cgroups, launcher, blobs } = this.#options;
    const binary = await launcher();
    const hierarchies = await cgroups.create(name, slot.core);
    const started = await Launcher.start({
      binary,
      root,
      uid: slot.uid,
      store: blobs.directory,
      hierarchies,
      filterFd: this.#filter.fd,
    });
    if (this.#isClosed) await started.close();
    return started;
  }

  /** A launcher that ended, or never began, leaves its place to another. */
  async #forgetWhenEnded(key: string, room: Room): Promise<void> {
    await room.starting.then(
      (launcher) => launcher.ended,
      () => undefined,
    );
    if (this.#rooms.get(key) === room) this.#rooms.delete(key);
    await this.#options.cgroups.remove(room.name);
  }

  #track(ending: Promise<void>): void {
    const settled = ending
      .catch(() => undefined)
      .finally(() => {
        this.#endings.delete(settled);
      });
    this.#endings.add(settled);
  }
}

/** Programs, whose files can be executed by who gets them; data has other modes. */
async function lendLarge(files: readonly StagedFile[], blobs: BlobStore): Promise<LentFiles> {
  const lent = new Map<StagedFile, string>();
  for (const file of files) {
    if (!file.executable || file.content.sizeBytes < LENT_BYTES) continue;
    const key = await blobs.lend(file.content);
    if (key !== undefined) lent.set(file, key);
  }
  return lent;
}

function isRefusal(error: unknown): boolean {
  const { cause } = error as { readonly cause?: NodeJS.ErrnoException };
  return cause?.code === 'ECONNREFUSED';
}

/** The container's filter, in a file without a name that every launcher inherits. */
async function openFilter(): Promise<FileHandle> {
  const path = join(tmpdir(), `minos-filter-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  await file.write(compileFilter(SECCOMP_PROFILE, process.arch === 'arm64' ? 'arm64' : 'x64'));
  return file;
}
