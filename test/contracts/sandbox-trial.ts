import { EMPTY_SOURCE, sourceOf, type StagedFile } from '../../src/judging/bytes.js';
import type { ExecutionOutcome, ExecutionRequest } from '../../src/judging/execution.js';
import type { ExecutionLimits } from '../../src/judging/limits.js';
import type { Sandbox } from '../../src/judging/ports.js';

/** Programs of the suites are /bin/sh and coreutils, which every image has. */

export const MIB = 2 ** 20;

export const LIMITS: ExecutionLimits = {
  cpuTimeMs: 2000,
  cpuKillMs: 2500,
  wallTimeMs: 20_000,
  memoryBytes: 64 * MIB,
  stdoutBytes: 8 * MIB,
  stderrBytes: 64 * 1024,
  fileBytes: 16 * MIB,
  openFiles: 256,
  stackBytes: 64 * MIB,
  processes: 64,
  workBytes: 16 * MIB,
  workInodes: 1000,
  executableWork: false,
  sharedMemoryBytes: 0,
};

export const ENVIRONMENT = { PATH: '/usr/bin:/bin', HOME: '/w', LANG: 'C.UTF-8' };

export type RequestChanges = Partial<Omit<ExecutionRequest, 'limits' | 'stdin'>> & {
  readonly limits?: Partial<ExecutionLimits>;
  readonly stdin?: string | Uint8Array | ExecutionRequest['stdin'];
};

/** A request that runs a shell script. */
export function shell(script: string, changes: RequestChanges = {}): ExecutionRequest {
  const { limits, stdin, ...rest } = changes;
  return {
    purpose: 'run',
    toolchain: 'bash',
    command: ['/bin/sh', '-c', script],
    environment: ENVIRONMENT,
    files: [],
    workFiles: [],
    onOutputLimit: 'kill',
    mergeStderr: false,
    collect: [],
    collectBytes: 0,
    ...rest,
    stdin: sourceFrom(stdin),
    limits: { ...LIMITS, ...limits },
  };
}

export function file(name: string, content: string | Uint8Array, executable = false): StagedFile {
  return { name, executable, content: sourceFrom(content) };
}

export interface Trial {
  readonly outcome: ExecutionOutcome;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

export async function tryOut(
  sandbox: Sandbox,
  request: ExecutionRequest,
  signal?: AbortSignal,
): Promise<Trial> {
  const stdout: Uint8Array[] = [];
  const stderr: Uint8Array[] = [];
  const outcome = await sandbox.execute(
    request,
    {
      stdout: { write: (chunk) => void stdout.push(chunk.slice()) },
      stderr: { write: (chunk) => void stderr.push(chunk.slice()) },
    },
    signal,
  );
  return { outcome, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) };
}

export async function bytesOf(source: ExecutionRequest['stdin']): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source.read()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function sourceFrom(content: RequestChanges['stdin']): ExecutionRequest['stdin'] {
  if (content === undefined) return EMPTY_SOURCE;
  if (typeof content === 'string') return sourceOf(Buffer.from(content));
  return content instanceof Uint8Array ? sourceOf(content) : content;
}
