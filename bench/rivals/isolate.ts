import { join } from 'node:path';
import type { HostedProgram, Runner } from './runner.js';
import type { SpawnLoop } from './spawn-loop.js';

/**
 * isolate (github.com/ioi/isolate), as judges use it: a box is set up, used once, and cleaned up. It
 * needs its configuration file where it was built to look for it. Without --cg: no control groups.
 */
export function isolate(binary: string, loop: SpawnLoop, program: HostedProgram): Runner {
  const image = (path: string): string => join(program.root, 'usr', path);
  const run = [
    binary,
    '--silent',
    '--run',
    '--no-default-dirs',
    '--dir=box=./box:rw',
    `--dir=usr=${image('')}`,
    `--dir=lib=${image('lib')}`,
    `--dir=lib64=${image('lib64')}`,
    `--dir=program=${program.directory}`,
    '--dir=proc=proc:fs',
    '--dir=tmp:tmp',
    '--time=5',
    '--wall-time=15',
    '--processes=64',
    '--',
    `/program/${program.name}`,
  ];
  return {
    name: 'isolate',
    run: (count) => loop.run(count, [[binary, '--init'], run, [binary, '--cleanup']]),
    processes: () => Promise.resolve([]),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
