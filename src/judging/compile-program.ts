import { EMPTY_SOURCE, totalBytes, type Artifact } from './bytes.js';
import { fillCommand } from './command.js';
import { capture } from './capture.js';
import type { Compilation } from './compilation.js';
import type { ExecutionOutcome, ExecutionRequest } from './execution.js';
import { executeReliably } from './execute-reliably.js';
import type { ExecutionLimits } from './limits.js';
import { SandboxFailure, type ArtifactStore, type Compiler, type Sandbox } from './ports.js';
import { formatBytes, formatSeconds } from './reason.js';
import { shareWork, type SharedWork } from './shared-work.js';
import type { Program } from './submission.js';

/** All that compiling may leave behind. */
const ARTIFACT_BYTES = 64 * 2 ** 20;

/** The compiler that runs the language's compile command in the sandbox. */
export function sandboxCompiler(sandbox: Sandbox, artifacts: ArtifactStore): Compiler {
  return {
    compile: (program, limits, signal) => compile(program, limits, sandbox, artifacts, signal),
  };
}

/** Compiles each program once: the second caller waits for the first. Failures of ours are forgotten. */
export function compileOnce(compiler: Compiler): Compiler {
  const known = new WeakMap<Program, SharedWork<Compilation>>();
  return {
    compile: (program, limits, signal) =>
      shareWork(known, program, (stop) => compiler.compile(program, limits, stop), signal),
    forget: (program) => void known.delete(program),
  };
}

/**
 * The artifact of a program that was compiled before, for another attempt at executing it: the first
 * may have failed because the cache lost it.
 */
export async function recoverArtifact(
  program: Program,
  limits: ExecutionLimits,
  compiler: Compiler,
  signal?: AbortSignal,
): Promise<Artifact> {
  compiler.forget?.(program);
  const compilation = await compiler.compile(program, limits, signal);
  if (compilation.kind === 'compiled') return compilation.artifact;
  throw new SandboxFailure(`what compiled before does not any more: ${compilation.reason}`);
}

/** All that compiling depends on, but for what the toolchain's name stands for. */
export function compileRequest(program: Program, limits: ExecutionLimits): ExecutionRequest {
  const { language } = program;
  return {
    purpose: 'compile',
    toolchain: language.toolchain,
    command: fillCommand(language.compile, program, limits),
    environment: language.environment,
    files: program.files,
    workFiles: [],
    stdin: EMPTY_SOURCE,
    limits,
    onOutputLimit: 'truncate',
    mergeStderr: true,
    collect: language.artifacts,
    collectBytes: ARTIFACT_BYTES,
  };
}

async function compile(
  program: Program,
  limits: ExecutionLimits,
  sandbox: Sandbox,
  artifacts: ArtifactStore,
  signal?: AbortSignal,
): Promise<Compilation> {
  const { artifacts: expected } = program.language;
  const log = capture(limits.stdoutBytes);
  const outcome = await executeReliably(
    sandbox,
    compileRequest(program, limits),
    () => {
      log.clear();
      return { stdout: log, stderr: log };
    },
    signal,
  );
  const cost = {
    log: log.text(outcome.stdoutTruncated),
    cpuTimeMs: outcome.cpuTimeMs,
    wallTimeMs: outcome.wallTimeMs,
    memoryBytes: outcome.memoryBytes,
  };
  const reason = failure(outcome, limits, expected);
  if (reason !== undefined) {
    return { kind: 'failed', reason, isRepeatable: isRepeatable(outcome, limits), ...cost };
  }
  const files = expected.length === 0 ? program.files : outcome.collected;
  return { kind: 'compiled', artifact: await artifacts.put(files), ...cost };
}

function failure(
  outcome: ExecutionOutcome,
  limits: ExecutionLimits,
  expected: readonly string[],
): string | undefined {
  if (outcome.outOfMemoryKills > 0) {
    return `the compiler ran out of memory (${formatBytes(limits.memoryBytes)})`;
  }
  if (outcome.stopCause === 'cpu-time' || outcome.cpuTimeMs > limits.cpuTimeMs) {
    return `the compiler took more than ${formatSeconds(limits.cpuTimeMs)} of CPU`;
  }
  if (outcome.stopCause !== 'none') {
    return `the compiler took more than ${formatSeconds(limits.wallTimeMs)}`;
  }
  if (outcome.end.kind === 'signalled') return `the compiler died of signal ${outcome.end.signal}`;
  if (outcome.end.exitCode !== 0) return `the compiler exited with ${outcome.end.exitCode}`;
  if (outcome.collectProblem !== undefined) return outcome.collectProblem;
  const missing = expected.find((name) => !outcome.collected.some((file) => file.name === name));
  if (missing !== undefined) return `the compiler left no ${missing}`;
  if (totalBytes(outcome.collected) > ARTIFACT_BYTES) {
    return `the compiled program is larger than ${formatBytes(ARTIFACT_BYTES)}`;
  }
  return undefined;
}

/** A limit, a signal or a full disk may be met on one day and not on another. */
function isRepeatable(outcome: ExecutionOutcome, limits: ExecutionLimits): boolean {
  return (
    outcome.outOfMemoryKills === 0 &&
    outcome.stopCause === 'none' &&
    outcome.cpuTimeMs <= limits.cpuTimeMs &&
    outcome.end.kind === 'exited' &&
    outcome.end.exitCode !== 0
  );
}
