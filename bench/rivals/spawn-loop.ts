import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { HostedProgram, RunCost, Runner } from './runner.js';

const US_PER_MS = 1000;
const LOADERS: Readonly<Record<string, readonly [libraries: string, loader: string]>> = {
  x64: ['usr/lib/x86_64-linux-gnu', 'ld-linux-x86-64.so.2'],
  arm64: ['usr/lib/aarch64-linux-gnu', 'ld-linux-aarch64.so.1'],
};

/** Runs commands of the host by vfork and exec, from a process that is small. */
export class SpawnLoop {
  readonly #binary: string;

  /** @param directory for its executable */
  constructor(directory: string) {
    this.#binary = join(directory, 'spawn-loop');
    execFileSync('cc', ['-O2', '-o', this.#binary, 'bench/spawn-loop.c']);
  }

  async run(count: number, commands: readonly (readonly string[])[]): Promise<RunCost> {
    const words = commands.flatMap((command, index) => (index === 0 ? command : [',', ...command]));
    const { stdout } = await promisify(execFile)(this.#binary, [String(count), ...words]);
    const [wallUs = NaN, cpuUs = NaN] = stdout.trim().split(' ').map(Number);
    return { wallMs: wallUs / US_PER_MS, cpuMs: cpuUs / US_PER_MS };
  }
}

/** The limit: the program by itself. */
export function onTheHost(loop: SpawnLoop, program: HostedProgram): Runner {
  return {
    name: 'vfork + exec',
    run: (count) => loop.run(count, [hostCommand(program)]),
    processes: () => Promise.resolve([]),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function hostCommand({ directory, name, root, isStatic }: HostedProgram): readonly string[] {
  const path = join(directory, name);
  if (isStatic) return [path];
  const [libraries, loader] = LOADERS[process.arch] ?? [];
  if (libraries === undefined || loader === undefined) throw new Error('no loader known here');
  const directoryOfLibraries = join(root, libraries);
  return [join(directoryOfLibraries, loader), '--library-path', directoryOfLibraries, path];
}
