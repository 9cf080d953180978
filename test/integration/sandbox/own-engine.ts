import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDocker, DockerClient } from '../../../src/sandbox/docker/docker-client.js';

/** Short, so that a daemon that hangs is noticed within the time of a test. */
const DEADLINES = { queryMs: 2000, actionMs: 6000 };
const START_MS = 60_000;

/** containerd without the parts that only Kubernetes uses. */
const CONTAINERD_CONFIG = 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n';

export interface OwnEngineOptions {
  /** Below which the containers' cgroups are. */
  readonly cgroupParent?: string;
  /** Its data are on a disk of their own, of this size. */
  readonly diskBytes?: number;
}

/**
 * A Docker Engine of the tests' own, which they may kill, stop and start again: own data root and
 * socket, no bridge. Its containerd is a process beside it, as on most machines, and survives it.
 */
export class OwnEngine {
  readonly host: string;
  readonly #directory: string;
  readonly #options: OwnEngineOptions;
  #containerd: ChildProcess | undefined;
  #daemon: ChildProcess | undefined;

  private constructor(directory: string, options: OwnEngineOptions) {
    this.#directory = directory;
    this.#options = options;
    this.host = `unix://${directory}/docker.sock`;
  }

  /** Starts one that has the given image of another engine. */
  static async start(
    from: DockerClient,
    image: string,
    options: OwnEngineOptions = {},
  ): Promise<OwnEngine> {
    const engine = new OwnEngine(await mkdtemp(join(tmpdir(), 'minos-engine-')), options);
    if (options.diskBytes !== undefined) await engine.#mountDisk(options.diskBytes);
    await engine.#startContainerd();
    await engine.restart();
    const client = engine.client();
    const archive = await from.engine.getImage(image).get();
    const loading = await client.engine.loadImage(archive);
    loading.resume();
    await once(loading, 'end');
    return engine;
  }

  /** Where it keeps images and containers. */
  get dataDirectory(): string {
    return join(this.#directory, 'data');
  }

  client(): DockerClient {
    return new DockerClient({ host: this.host, deadlines: DEADLINES });
  }

  /** Resolves once it answers. */
  async restart(): Promise<void> {
    const directory = this.#directory;
    const { cgroupParent } = this.#options;
    this.#daemon = spawn(
      'dockerd',
      [
        ...['--data-root', this.dataDirectory, '--exec-root', join(directory, 'exec')],
        ...['--containerd', join(directory, 'containerd.sock')],
        ...['--pidfile', join(directory, 'docker.pid'), '--host', this.host],
        ...['--bridge=none', '--iptables=false', '--ip6tables=false', '--ip-forward=false'],
        ...(cgroupParent === undefined ? [] : ['--cgroup-parent', cgroupParent]),
      ],
      { stdio: 'ignore' },
    );
    const deadlineMs = Date.now() + START_MS;
    for (;;) {
      try {
        await connectDocker({ host: this.host });
        return;
      } catch (error) {
        if (Date.now() > deadlineMs) throw error;
        await new Promise((wake) => setTimeout(wake, 200));
      }
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#daemon?.kill(signal);
  }

  /** As a crash does: its containers live on for the moment. */
  async kill(): Promise<void> {
    const daemon = this.#daemon;
    if (daemon?.exitCode !== null || daemon.signalCode !== null) return;
    daemon.kill('SIGKILL');
    await once(daemon, 'exit');
    await rm(join(this.#directory, 'docker.pid'), { force: true });
  }

  async stop(): Promise<void> {
    this.signal('SIGCONT');
    await end(this.#daemon);
    await end(this.#containerd);
    await endShims(this.#directory);
    await unmountBelow(this.#directory);
    await rm(this.#directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }

  async #mountDisk(sizeBytes: number): Promise<void> {
    await mkdir(this.dataDirectory);
    const options = ['-t', 'tmpfs', '-o', `size=${sizeBytes}`, 'minos-test', this.dataDirectory];
    const [code] = (await once(spawn('mount', options), 'exit')) as [number];
    if (code !== 0) throw new Error('no disk could be mounted');
  }

  async #startContainerd(): Promise<void> {
    const directory = this.#directory;
    const config = join(directory, 'containerd.toml');
    await writeFile(config, CONTAINERD_CONFIG);
    this.#containerd = spawn(
      'containerd',
      [
        ...['--config', config, '--address', join(directory, 'containerd.sock')],
        ...['--root', join(directory, 'containerd'), '--state', join(directory, 'state')],
      ],
      { stdio: 'ignore' },
    );
  }
}

/** In good order. */
async function end(process: ChildProcess | undefined): Promise<void> {
  if (process?.exitCode !== null || process.signalCode !== null) return;
  process.kill('SIGTERM');
  await once(process, 'exit');
}

/** The shims of containers that were alive when the daemon was killed. */
async function endShims(directory: string): Promise<void> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.includes('containerd-shim') && command.includes(directory)) {
      process.kill(Number(pid), 'SIGKILL');
    }
  }
}

async function unmountBelow(directory: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mountinfo', 'utf8'))
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((point) => point.startsWith(`${directory}/`));
  for (const point of mounts.toReversed()) await once(spawn('umount', ['-l', point]), 'exit');
}
