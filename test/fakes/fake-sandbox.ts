import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { chmod, lstat, mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { constants } from 'node:fs';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { sourceOf, type ByteSource, type StagedFile } from '../../src/judging/bytes.js';
import type {
  ExecutionOutcome,
  ExecutionOutput,
  ExecutionRequest,
  ProcessEnd,
  StopCause,
} from '../../src/judging/execution.js';
import { SandboxFailure, type Sandbox } from '../../src/judging/ports.js';
import { SlotGate } from '../../src/sandbox/slot-gate.js';
import { parseSignal, processGroup, type GroupUsage } from './process-group.js';
import { CappedOutput } from './capped-output.js';

/**
 * A sandbox for tests that contains nothing: it runs programs of our own as processes of the host,
 * in a fresh directory. `/box` and `/w` in arguments stand for directories of that; memory is
 * neither limited nor measured. It keeps every other promise of the port.
 */
export class FakeSandbox implements Sandbox {
  readonly slots: number;
  readonly #directory: string;
  readonly #gate: SlotGate;

  constructor(directory: string, slots = 2) {
    this.slots = slots;
    this.#directory = directory;
    this.#gate = new SlotGate(
      Array.from({ length: slots }, (_, index) => ({ index, core: 0, uid: 0 })),
    );
  }

  prepare(): void {
    // A process needs no preparation.
  }

  async execute(
    request: ExecutionRequest,
    output: ExecutionOutput,
    signal?: AbortSignal,
  ): Promise<ExecutionOutcome> {
    const lease = await this.#gate.acquire({
      alone: request.alone === true,
      ...(signal === undefined ? {} : { signal }),
    });
    const root = await mkdtemp(join(this.#directory, 'execution-'));
    try {
      return await new FakeExecution(root, request, output, signal).run();
    } finally {
      await rm(root, { recursive: true, force: true });
      lease.release();
    }
  }
}

const POLL_MS = 10;

class FakeExecution {
  readonly #box: string;
  readonly #work: string;
  readonly #stdin: string;
  readonly #request: ExecutionRequest;
  readonly #output: ExecutionOutput;
  readonly #signal: AbortSignal | undefined;

  constructor(
    root: string,
    request: ExecutionRequest,
    output: ExecutionOutput,
    signal: AbortSignal | undefined,
  ) {
    this.#box = join(root, 'box');
    this.#work = join(root, 'w');
    this.#stdin = join(root, 'stdin');
    this.#request = request;
    this.#output = output;
    this.#signal = signal;
  }

  async run(): Promise<ExecutionOutcome> {
    const { files, workFiles, stdin } = this.#request;
    await mkdir(this.#box);
    await mkdir(this.#work);
    for (const file of files) await stage(this.#box, file, file.executable ? 0o555 : 0o444);
    for (const file of workFiles) await stage(this.#work, file, 0o644);
    await copy(stdin, this.#stdin);
    this.#signal?.throwIfAborted();
    const ran = await this.#runProcess();
    this.#signal?.throwIfAborted();
    return { ...ran, ...(await this.#collect()) };
  }

  async #runProcess(): Promise<Omit<ExecutionOutcome, 'collected' | 'collectProblem'>> {
    const { limits, onOutputLimit, mergeStderr } = this.#request;
    let stopCause: StopCause = 'none';
    let usage: GroupUsage = { cpuTimeMs: 0 };
    const startMs = performance.now();
    const { child, end } = await this.#spawn();
    const group = processGroup(child.pid ?? 0);
    const stop = (cause: StopCause): void => {
      if (stopCause === 'none') stopCause = cause;
      group.kill();
    };
    const stdout = new CappedOutput(this.#output.stdout, limits.stdoutBytes, () => {
      if (onOutputLimit === 'kill') stop('stdout-limit');
    });
    const stderr = new CappedOutput(this.#output.stderr, limits.stderrBytes, () => undefined);
    const poll = setInterval(() => {
      usage = group.usage() ?? usage;
      if (performance.now() - startMs > limits.wallTimeMs) stop('wall-time');
      if (usage.cpuTimeMs > limits.cpuKillMs) stop('cpu-time');
    }, POLL_MS);
    const abort = (): void => group.kill();
    this.#signal?.addEventListener('abort', abort);
    try {
      const drained = Promise.all([
        stdout.drain(child.stdout),
        mergeStderr ? undefined : stderr.drain(child.stderr),
      ]);
      drained.catch(() => group.kill());
      const ended = await end;
      group.kill();
      const wallTimeMs = performance.now() - startMs;
      await drained;
      return {
        end: ended,
        stopCause,
        outOfMemoryKills: 0,
        cpuTimeMs: usage.cpuTimeMs,
        wallTimeMs,
        starvedMs: 0,
        memoryBytes: 0,
        stdoutBytes: stdout.writtenBytes,
        stderrBytes: stderr.writtenBytes,
        stdoutTruncated: stdout.truncated,
        stderrTruncated: stderr.truncated,
      };
    } finally {
      clearInterval(poll);
      this.#signal?.removeEventListener('abort', abort);
      group.kill();
    }
  }

  async #spawn(): Promise<Started> {
    const words = this.#request.command.map((word) => this.#localize(word));
    // sh hands the descriptor on; spawn itself cannot give two streams one pipe.
    const merged = ['/bin/sh', '-c', 'exec "$@" 2>&1', 'sh', ...words];
    const program = words[0] ?? '';
    if (program.startsWith(this.#box) && !(await isExecutable(program))) {
      // The contestant's fault, where any other program that cannot be executed is ours.
      return await started(['/bin/sh', '-c', 'exit 126'], { detached: true });
    }
    await using input = await open(this.#stdin);
    try {
      return await started(this.#request.mergeStderr ? merged : words, {
        cwd: this.#work,
        env: { ...this.#request.environment },
        detached: true,
        stdio: [input.fd, 'pipe', 'pipe'],
      });
    } catch (error) {
      throw new SandboxFailure(`${program} cannot be executed`, { cause: error });
    }
  }

  async #collect(): Promise<Pick<ExecutionOutcome, 'collected' | 'collectProblem'>> {
    const collected: StagedFile[] = [];
    let problem: string | undefined;
    let leftBytes = this.#request.collectBytes;
    for (const name of this.#request.collect) {
      const path = join(this.#work, name);
      const found = await lstat(path).catch(() => undefined);
      if (found === undefined) continue;
      if (!found.isFile() || found.nlink > 1 || found.size > leftBytes) {
        problem ??= `${name} is no plain file, or too large`;
        continue;
      }
      leftBytes -= found.size;
      const executable = (found.mode & constants.S_IXUSR) !== 0;
      collected.push({ name, executable, content: sourceOf(await readFile(path)) });
    }
    return { collected, ...(problem === undefined ? {} : { collectProblem: problem }) };
  }

  #localize(word: string): string {
    return word.replaceAll(/\/box(?![\w-])/g, this.#box).replaceAll(/\/w(?![\w-])/g, this.#work);
  }
}

interface Started {
  readonly child: ChildProcess;
  readonly end: Promise<ProcessEnd>;
}

async function started(words: readonly string[], options: SpawnOptions): Promise<Started> {
  const [file = '', ...args] = words;
  const child = spawn(file, args, options);
  // Listened for at once: a short program ends before anything else was awaited.
  const end = new Promise<ProcessEnd>((resolve) => {
    child.once('exit', (exitCode, signal) => {
      resolve(
        exitCode === null
          ? { kind: 'signalled', signal: parseSignal(signal) }
          : { kind: 'exited', exitCode },
      );
    });
  });
  // At the exit Node throws away the output of streams that nobody listens to yet.
  for (const stream of [child.stdout, child.stderr]) stream?.on('readable', () => undefined);
  await once(child, 'spawn');
  return { child, end };
}

/** spawn would let /bin/sh try whatever the kernel refuses. */
async function isExecutable(path: string): Promise<boolean> {
  const start = (await readFile(path)).subarray(0, 4).toString('latin1');
  return start.startsWith('#!') || start === '\x7fELF';
}

async function stage(directory: string, file: StagedFile, mode: number): Promise<void> {
  const path = join(directory, file.name);
  await mkdir(dirname(path), { recursive: true });
  await copy(file.content, path);
  await chmod(path, mode);
}

async function copy(source: ByteSource, path: string): Promise<void> {
  const file = await open(path, 'wx');
  let bytes = 0;
  try {
    for await (const chunk of source.read()) {
      bytes += chunk.byteLength;
      await file.appendFile(chunk);
    }
  } finally {
    await file.close();
  }
  if (bytes !== source.sizeBytes) throw new SandboxFailure('a source lied about its size');
}
