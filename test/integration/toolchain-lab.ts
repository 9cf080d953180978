import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadConfig } from '../../src/config/load-config.js';
import { sourceOf } from '../../src/judging/bytes.js';
import { capture } from '../../src/judging/capture.js';
import { fillCommand } from '../../src/judging/command.js';
import type { Compilation } from '../../src/judging/compilation.js';
import { sandboxCompiler } from '../../src/judging/compile-program.js';
import { decideByExecution } from '../../src/judging/decide-verdict.js';
import type { ExecutionOutcome } from '../../src/judging/execution.js';
import type { Language } from '../../src/judging/language.js';
import { compileLimits, runLimits, type ProblemLimits } from '../../src/judging/limits.js';
import type { Program } from '../../src/judging/submission.js';
import { LanguageRegistry } from '../../src/languages/language-registry.js';
import { readLanguages } from '../../src/languages/read-languages.js';
import { BlobArtifactStore } from '../../src/sandbox/artifact-store.js';
import { BlobStore } from '../../src/sandbox/blob-store.js';
import { connectDocker, type DockerClient } from '../../src/sandbox/docker/docker-client.js';
import { DockerSandbox } from '../../src/sandbox/docker/docker-sandbox.js';
import { ImageBuilder } from '../../src/sandbox/docker/image-builder.js';
import { allowedCores, planSlots } from '../../src/sandbox/slots.js';

/** A uid range of the tests' own, so that they disturb no Minos at work on the same machine. */
const FIRST_TEST_UID = 64_100;

const config = loadConfig(resolve('judge.config.yaml'));

export const registry = new LanguageRegistry(readLanguages(config.languages, config.file));

const LIMITS: ProblemLimits = {
  ...config.limits,
  cpuTimeMs: 2000,
  compilationCpuTimeMs: 10_000,
  compilationMemoryBytes: 512 * 2 ** 20,
};

export interface Trial {
  /** Of the execution alone: undefined when the program did nothing wrong. */
  readonly verdict: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly outcome: ExecutionOutcome;
}

export interface RunOptions {
  readonly stdin?: string;
  readonly limits?: Partial<ProblemLimits>;
}

/** Compiles and runs programs as judging does, without problems and comparison. */
export class ToolchainLab implements AsyncDisposable {
  private constructor(
    readonly client: DockerClient,
    readonly builder: ImageBuilder,
    private readonly sandbox: DockerSandbox,
    private readonly blobs: BlobStore,
    private readonly directory: string,
  ) {}

  static async open(): Promise<ToolchainLab> {
    const host = process.env['DOCKER_HOST'];
    const client = await connectDocker(host === undefined ? {} : { host });
    const builder = new ImageBuilder(client.engine, {
      base: process.env['MINOS_TEST_BASE'] ?? config.images.base,
      buildNetwork: config.images.buildNetwork,
      imagesDirectory: resolve('images'),
      runnerDirectory: resolve('runner'),
    });
    const directory = await mkdtemp(join(tmpdir(), 'minos-lab-'));
    const blobs = await BlobStore.open({ directory: join(directory, 'blobs'), maxBytes: 2 ** 30 });
    const sandbox = await DockerSandbox.open({
      client,
      imageOf: (toolchain) => builder.ensure(toolchain),
      blobs,
      slots: planSlots({ count: 1, firstUid: FIRST_TEST_UID, cores: await allowedCores() }),
      engineId: `lab-${process.pid}`,
      ahead: 1,
    });
    return new ToolchainLab(client, builder, sandbox, blobs, directory);
  }

  compile(program: Program): Promise<Compilation> {
    const compiler = sandboxCompiler(this.sandbox, new BlobArtifactStore(this.blobs));
    return compiler.compile(program, compileLimits(LIMITS));
  }

  /** Compiles, which must succeed, and runs. */
  async judge(program: Program, options: RunOptions = {}): Promise<Trial> {
    const compilation = await this.compile(program);
    if (compilation.kind === 'failed') throw new Error(`${compilation.reason}\n${compilation.log}`);
    const limits = runLimits({ ...LIMITS, ...options.limits }, program.language.profile);
    return await this.execute(program.language, {
      command: fillCommand(program.language.run, program, limits),
      files: compilation.artifact.files,
      stdin: options.stdin ?? '',
      limits,
    });
  }

  /** What the language's version command prints. */
  async version(language: Language): Promise<Trial> {
    return await this.execute(language, {
      command: language.version,
      files: [],
      stdin: '',
      limits: runLimits(LIMITS, language.profile),
    });
  }

  async execute(
    language: Language,
    run: {
      readonly command: readonly string[];
      readonly files: Program['files'];
      readonly stdin: string;
      readonly limits: ReturnType<typeof runLimits>;
    },
  ): Promise<Trial> {
    const stdout = capture(run.limits.stdoutBytes);
    const stderr = capture(run.limits.stderrBytes);
    const outcome = await this.sandbox.execute(
      {
        purpose: 'run',
        toolchain: language.toolchain,
        command: run.command,
        environment: language.environment,
        files: run.files,
        workFiles: [],
        stdin: sourceOf(Buffer.from(run.stdin)),
        limits: run.limits,
        onOutputLimit: 'kill',
        mergeStderr: false,
        collect: [],
        collectBytes: 0,
      },
      { stdout, stderr },
    );
    const decision = decideByExecution({
      outcome,
      limits: run.limits,
      outOfMemorySigns: language.profile.outOfMemorySigns,
      stderr: stderr.text(),
    });
    return { verdict: decision?.verdict, stdout: stdout.text(), stderr: stderr.text(), outcome };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sandbox.close();
    await rm(this.directory, { recursive: true });
  }
}

/** A program of text files. */
export function programOf(
  language: string,
  files: Readonly<Record<string, string>>,
  entryPoint?: string,
): Program {
  return {
    language: registry.get(language),
    files: Object.entries(files).map(([name, text]) => ({
      name,
      executable: false,
      content: sourceOf(Buffer.from(text)),
    })),
    ...(entryPoint === undefined ? {} : { entryPoint }),
  };
}
