import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface CommandResult {
  /** Of a command that could not be started: 127. */
  readonly exitCode: number;
  /** The last lines of stdout and stderr together. */
  readonly tail: readonly string[];
}

export type RunCommand = (
  command: readonly [string, ...string[]],
  onLine: (line: string) => void,
) => Promise<CommandResult>;

const TAIL_LINES = 12;

/** Where Debian keeps what only root runs; root's own PATH may lack it (`su` without `-`). */
export const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Runs a command of the system and hands on its lines. It is quiet, asks nothing, and speaks English. */
export const runCommand: RunCommand = async ([file, ...args], onLine) => {
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      DEBIAN_FRONTEND: 'noninteractive',
      LC_ALL: 'C.UTF-8',
      PATH: `${process.env['PATH'] ?? ''}:${SYSTEM_PATH}`,
    },
  });
  const tail: string[] = [];
  const take = (line: string) => {
    if (line.trim() === '') return;
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();
    onLine(line);
  };
  createInterface(child.stdout).on('line', take);
  createInterface(child.stderr).on('line', take);
  const exitCode = await new Promise<number>((resolve) => {
    child.once('error', (error) => {
      take(error.message);
      resolve(127);
    });
    child.once('close', (code) => resolve(code ?? 128));
  });
  return { exitCode, tail };
};
