import type { LanguageProfile } from './language.js';

/** The limits of a problem, as its package states them or the configuration's defaults fill in. */
export interface ProblemLimits {
  /** Of the reference machine, before any language profile. */
  readonly cpuTimeMs: number;
  /** undefined: the language's default. */
  readonly memoryBytes?: number;
  readonly outputBytes: number;
  /** All source files of a submission together. */
  readonly codeBytes: number;
  readonly compilationCpuTimeMs: number;
  readonly compilationMemoryBytes: number;
  readonly validationCpuTimeMs: number;
  readonly validationMemoryBytes: number;
  readonly validationOutputBytes: number;
}

/** The limits of one execution. */
export interface ExecutionLimits {
  /** Over this it is TLE. */
  readonly cpuTimeMs: number;
  /** The supervisor kills here, so that the reported time says by how much it was missed. */
  readonly cpuKillMs: number;
  /** Against idling. */
  readonly wallTimeMs: number;
  readonly memoryBytes: number;
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
  /** RLIMIT_FSIZE. */
  readonly fileBytes: number;
  readonly openFiles: number;
  readonly stackBytes: number;
  readonly addressSpaceBytes?: number;
  readonly processes: number;
  /** Size and inode cap of the work directory. */
  readonly workBytes: number;
  readonly workInodes: number;
  readonly executableWork: boolean;
  readonly sharedMemoryBytes: number;
  readonly cpuQuota?: number;
}

const MIB = 2 ** 20;
const WORK_BYTES = 16 * MIB;
const WORK_INODES = 4096;
const OPEN_FILES = 256;
const STDERR_BYTES = 64 * 1024;
/** A compiler writes object files and caches, and starts helpers. */
const COMPILE_WORK_BYTES = 256 * MIB;
const COMPILE_WORK_INODES = 16384;
const COMPILE_PROCESSES = 128;

function times(cpuTimeMs: number) {
  return {
    cpuTimeMs,
    cpuKillMs: cpuTimeMs + Math.max(500, cpuTimeMs * 0.1),
    wallTimeMs: Math.max(2 * cpuTimeMs + 1000, 3 * cpuTimeMs),
  };
}

/** Limits of running a submission on one case: the problem's, widened by the language profile. */
export function runLimits(problem: ProblemLimits, profile: LanguageProfile): ExecutionLimits {
  const memoryBytes = (problem.memoryBytes ?? profile.memoryBytes) + profile.memoryOverheadBytes;
  return {
    ...times(problem.cpuTimeMs * profile.cpuTimeFactor + profile.extraCpuTimeMs),
    memoryBytes,
    stdoutBytes: problem.outputBytes,
    stderrBytes: STDERR_BYTES,
    fileBytes: Math.max(problem.outputBytes, WORK_BYTES),
    openFiles: OPEN_FILES,
    stackBytes: profile.stackBytes ?? memoryBytes,
    ...(profile.addressSpaceBytes === undefined
      ? {}
      : { addressSpaceBytes: profile.addressSpaceBytes }),
    processes: profile.processes,
    workBytes: WORK_BYTES,
    workInodes: WORK_INODES,
    executableWork: profile.executableWork,
    sharedMemoryBytes: profile.sharedMemoryBytes,
    ...(profile.cpuQuota === undefined ? {} : { cpuQuota: profile.cpuQuota }),
  };
}

/** Limits of compiling a submission or a validator. */
export function compileLimits(problem: ProblemLimits): ExecutionLimits {
  return {
    ...times(problem.compilationCpuTimeMs),
    memoryBytes: problem.compilationMemoryBytes,
    stdoutBytes: STDERR_BYTES,
    stderrBytes: STDERR_BYTES,
    fileBytes: COMPILE_WORK_BYTES,
    openFiles: 1024,
    stackBytes: problem.compilationMemoryBytes,
    processes: COMPILE_PROCESSES,
    workBytes: COMPILE_WORK_BYTES,
    workInodes: COMPILE_WORK_INODES,
    executableWork: true,
    sharedMemoryBytes: 0,
  };
}

/** Limits of one run of a custom output validator. */
export function validationLimits(
  problem: ProblemLimits,
  profile: LanguageProfile,
): ExecutionLimits {
  return {
    ...runLimits({ ...problem, cpuTimeMs: problem.validationCpuTimeMs }, profile),
    memoryBytes: problem.validationMemoryBytes + profile.memoryOverheadBytes,
    stdoutBytes: problem.validationOutputBytes,
    stackBytes: problem.validationMemoryBytes,
  };
}
