import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { EMPTY_SOURCE, sourceOf, totalBytes, type StagedFile } from '../../src/judging/bytes.js';
import type { ExecutionRequest } from '../../src/judging/execution.js';
import type { ExecutionLimits } from '../../src/judging/limits.js';
import { containerOptions } from '../../src/sandbox/container-options.js';
import { DockerLink, type RawConnection } from '../../src/sandbox/docker/docker-link.js';
import { encodeJob } from '../../src/sandbox/supervisor-job.js';
import {
  FrameDecoder,
  type SupervisorEnd,
  type SupervisorFrame,
} from '../../src/sandbox/supervisor-protocol.js';
import { buildTestImage, engine } from './image.js';

const MIB = 2 ** 20;
const SLOT = { index: 0, core: 0, uid: 61_234 };

/** The limits that docs and tests of containment speak of. */
export const LIMITS: ExecutionLimits = {
  cpuTimeMs: 1000,
  cpuKillMs: 1500,
  wallTimeMs: 3000,
  memoryBytes: 64 * MIB,
  stdoutBytes: MIB,
  stderrBytes: 64 * 1024,
  fileBytes: 16 * MIB,
  openFiles: 256,
  stackBytes: 64 * MIB,
  processes: 64,
  workBytes: 16 * MIB,
  workInodes: 4096,
  executableWork: false,
  sharedMemoryBytes: 0,
};

const REQUEST: ExecutionRequest = {
  purpose: 'run',
  toolchain: 'probe',
  command: [],
  environment: { PATH: '/usr/bin:/bin', HOME: '/w' },
  files: [],
  workFiles: [],
  stdin: EMPTY_SOURCE,
  limits: LIMITS,
  onOutputLimit: 'kill',
  mergeStderr: false,
  collect: [],
  collectBytes: 512 * 1024,
};

/** What came of one execution. */
export interface Ran {
  readonly frames: readonly SupervisorFrame[];
  readonly end: SupervisorEnd;
  readonly stdout: string;
  readonly stderr: string;
  /** Collected files by name. */
  readonly files: ReadonlyMap<string, { readonly executable: boolean; readonly text: string }>;
  readonly exitCode: number;
  /** From the job's last byte to the end of the stream. */
  readonly elapsedMs: number;
  /** What the supervisor wrote to the container's stderr. */
  readonly diagnostics: string;
}

export interface Wish extends Omit<Partial<ExecutionRequest>, 'limits' | 'stdin'> {
  readonly limits?: Partial<ExecutionLimits>;
  readonly stdin?: string | Uint8Array;
}

export function fileOf(name: string, text: string, executable = false): StagedFile {
  return { name, executable, content: sourceOf(new TextEncoder().encode(text)) };
}

/** The request for a probe of the test image, or for any command given in full. */
export function requestOf(wish: Wish): ExecutionRequest {
  const { stdin, limits, ...others } = wish;
  return {
    ...REQUEST,
    ...others,
    limits: { ...LIMITS, ...limits },
    ...(stdin === undefined
      ? {}
      : { stdin: sourceOf(typeof stdin === 'string' ? new TextEncoder().encode(stdin) : stdin) }),
  };
}

/** One container with a supervisor in it; removed when disposed. */
export class Supervised implements AsyncDisposable {
  readonly #id: string;
  readonly #socket: Duplex;
  readonly #link: DockerLink;
  readonly #exit: Promise<number>;

  private constructor(id: string, socket: Duplex, exit: Promise<number>) {
    this.#id = id;
    this.#socket = socket;
    this.#link = new DockerLink(connectionOf(socket));
    this.#exit = exit;
  }

  /** `binds`: directories of the host put over the container's, as Docker writes them. */
  static async open(request = requestOf({}), binds: string[] = []): Promise<Supervised> {
    const image = await buildTestImage();
    const staged = totalBytes([...request.files, ...request.workFiles]) + request.stdin.sizeBytes;
    const options = containerOptions({
      image,
      shape: { toolchain: 'probe', limits: request.limits, stagedBytes: staged },
      slot: SLOT,
      labels: { 'minos-runner-test': '1' },
    });
    const container = await engine.createContainer({
      ...options,
      HostConfig: { ...options.HostConfig, Binds: binds },
    });
    // dockerode's types know the promise of attach only without its options.
    const socket = (await container.attach({
      stream: true,
      hijack: true,
      stdin: true,
      stdout: true,
      stderr: true,
    })) as unknown as Duplex;
    const exit = container.wait({ condition: 'next-exit' }) as Promise<{ StatusCode: number }>;
    await container.start();
    return new Supervised(
      container.id,
      socket,
      exit.then(({ StatusCode }) => StatusCode),
    );
  }

  get exitCode(): Promise<number> {
    return this.#exit;
  }

  get diagnostics(): string {
    return this.#link.diagnostics();
  }

  /** The next bytes of the supervisor's stdout. */
  read(): Promise<Uint8Array | undefined> {
    return this.#link.read();
  }

  async send(bytes: Uint8Array): Promise<void> {
    // A supervisor that has given up does not take the rest.
    await this.#link.write(bytes).catch(() => undefined);
  }

  /** Ends its stdin, as the daemon does when the host's process dies. */
  closeStdin(): void {
    this.#socket.end();
  }

  async sendJob(request: ExecutionRequest, nonce: Uint8Array = randomBytes(16)): Promise<void> {
    for await (const chunk of encodeJob(request, { nonce, uid: SLOT.uid })) await this.send(chunk);
  }

  /** Sends the job and takes the answer. `beforeReading`: what the host does meanwhile. */
  async run(request: ExecutionRequest, beforeReading?: () => Promise<void>): Promise<Ran> {
    const decoder = new FrameDecoder();
    const nonce = randomBytes(16);
    const frames: SupervisorFrame[] = [];
    decoder.expectAnswer({ ...request, nonce });
    await this.sendJob(request, nonce);
    const sentMs = performance.now();
    await beforeReading?.();
    for (let chunk = await this.read(); chunk !== undefined; chunk = await this.read()) {
      frames.push(...decoder.push(chunk));
    }
    const elapsedMs = performance.now() - sentMs;
    return {
      frames,
      end: decoder.end(),
      stdout: textOf(frames, 'stdout'),
      stderr: textOf(frames, 'stderr'),
      files: filesOf(frames, request.collect),
      exitCode: await this.exitCode,
      elapsedMs,
      diagnostics: this.diagnostics,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#link.abort(new Error('the test is over'));
    await engine
      .getContainer(this.#id)
      .remove({ force: true })
      .catch(() => undefined);
  }
}

function connectionOf(socket: Duplex): RawConnection {
  const chunks = (socket as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  socket.on('error', () => undefined);
  return {
    async read() {
      const next = await chunks.next();
      return next.done === true ? undefined : next.value;
    },
    async write(bytes) {
      const error = await new Promise((resolve) => socket.write(bytes, resolve));
      if (error instanceof Error) throw error;
    },
    destroy: () => void socket.destroy(),
  };
}

/** Runs one program in one container, by the protocol. */
export async function run(wish: Wish): Promise<Ran> {
  const request = requestOf(wish);
  await using supervised = await Supervised.open(request);
  return await supervised.run(request);
}

/** The result of a run that the supervisor brought to its end. */
export function resultOf({ end, exitCode }: Ran) {
  if (end.kind !== 'result') throw new Error(`the sandbox failed: ${end.message}`);
  if (exitCode !== 0) throw new Error(`the supervisor ended with exit code ${exitCode}`);
  return end.result;
}

/** Lines "name=value" of a probe. */
export function tableOf({ stdout }: Ran): Readonly<Record<string, string>> {
  const pairs = stdout
    .trim()
    .split('\n')
    .map((line) => /^([^=]+)=(.*)$/.exec(line) ?? ['', line, '']);
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value]));
}

function textOf(frames: readonly SupervisorFrame[], kind: 'stdout' | 'stderr'): string {
  return Buffer.concat(
    frames.flatMap((frame) => (frame.kind === kind ? [frame.bytes] : [])),
  ).toString('latin1');
}

function filesOf(frames: readonly SupervisorFrame[], names: readonly string[]): Ran['files'] {
  const files = new Map<string, { executable: boolean; text: string }>();
  let current = { executable: false, text: '' };
  for (const frame of frames) {
    if (frame.kind === 'file') {
      current = { executable: frame.executable, text: '' };
      files.set(names[frame.index] ?? '', current);
    } else if (frame.kind === 'data') {
      current.text += Buffer.from(frame.bytes).toString('latin1');
    }
  }
  return files;
}
