/** How a language is compiled and run. Data of `judge.config.yaml`; the core only reads it. */
export interface Language {
  readonly id: string;
  readonly name: string;
  /** Other ids that mean this language, such as `cpp` for `cpp20`. */
  readonly aliases: readonly string[];
  /** Name of the toolchain, a directory of `images/`. */
  readonly toolchain: string;
  /** Without the dot. The first language that claims an extension gets files without a language. */
  readonly extensions: readonly string[];
  /** The file name that a source without a name of its own gets, such as `main.cpp`. */
  readonly sourceFile: string;
  /**
   * Command that compiles, or checks the syntax of an interpreted language. Its placeholders:
   * `{sources}` every source file of this language, `{entry}` the entry point.
   */
  readonly compile: readonly string[];
  /** Names under the work directory that compiling leaves; none: the sources themselves are run. */
  readonly artifacts: readonly string[];
  /** Command that runs; `{entry}`, `{memory_mib}` and `{stack_kib}` are filled in. */
  readonly run: readonly string[];
  /** Command that prints the version of the toolchain. */
  readonly version: readonly string[];
  /**
   * A program that prints the number it reads. Where it is not judged right, nothing is held against
   * a submission; undefined: the toolchain is trusted.
   */
  readonly probe?: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly profile: LanguageProfile;
}

/** Per-language allowances over the limits of the problem. */
export interface LanguageProfile {
  /** Memory limit where the problem states none. */
  readonly memoryBytes: number;
  /** What the runtime itself takes; added to every memory limit. */
  readonly memoryOverheadBytes: number;
  readonly cpuTimeFactor: number;
  readonly extraCpuTimeMs: number;
  /** Processes and threads alive at once, the supervisor not counted. */
  readonly processes: number;
  /** Stack limit; undefined: the memory limit. */
  readonly stackBytes?: number;
  /** RLIMIT_AS, only for languages that ask for it. */
  readonly addressSpaceBytes?: number;
  /** May files in the work directory be executed? */
  readonly executableWork: boolean;
  /** Private /dev/shm; 0: none. */
  readonly sharedMemoryBytes: number;
  /** Fraction of a core; undefined: no quota (a quota turns legal runs into wall timeouts). */
  readonly cpuQuota?: number;
  /** How the runtime says that memory ran out when the kernel did not kill it. */
  readonly outOfMemorySigns: readonly OutOfMemorySign[];
}

/** All the stated parts must hold, and the program must have failed. */
export interface OutOfMemorySign {
  readonly exitCode?: number;
  readonly signal?: number;
  /** Text that the end of stderr contains. */
  readonly stderr?: string;
}
