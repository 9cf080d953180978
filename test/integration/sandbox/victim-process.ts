import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';

export interface Victim {
  readonly process: ChildProcessByStdio<null, Readable, null>;
  /** What follows the words on the line that starts with them. */
  saysAfter(words: string): Promise<string>;
}

/** Runs a script of this directory, to be killed. */
export function startVictim(script: string, ...args: readonly string[]): Victim {
  const here = import.meta.dirname;
  const hook = resolve(here, 'typescript-hook.mjs');
  const child = spawn(process.execPath, ['--import', hook, resolve(here, script), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return {
    process: child,
    async saysAfter(words) {
      for (;;) {
        const line = said.split('\n').find((each) => each.startsWith(words));
        if (line !== undefined && said.includes(`${line}\n`)) return line.slice(words.length);
        if (child.exitCode !== null) throw new Error(`the victim ended, saying: ${said}`);
        await new Promise((wake) => setTimeout(wake, 50));
      }
    },
  };
}
