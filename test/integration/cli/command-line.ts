import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
export const MINOS = `${ROOT}minos`;

export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly result: Promise<CommandResult>;
  /** Resolves when stderr or stdout has had this text. */
  saw(text: string): Promise<void>;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly file?: string;
  /** Also the group. */
  readonly uid?: number;
}

/** Starts the real ./minos, in a process group of its own. */
export function start(args: readonly string[], options: CommandOptions = {}): RunningCommand {
  const child = spawn(options.file ?? MINOS, args, {
    cwd: options.cwd ?? ROOT,
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  let stdout = '';
  let stderr = '';
  const onOutput = new Set<() => void>();
  const heard = () => onOutput.forEach((look) => look());
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    heard();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    heard();
  });
  const result = new Promise<CommandResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
  const saw = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!(stderr + stdout).includes(text)) return;
        onOutput.delete(look);
        resolve();
      };
      onOutput.add(look);
      look();
      void result.then(() => reject(new Error(`it ended without: ${text}\n${stderr}`)), reject);
    });
  return { child, result, saw };
}

export function minos(args: readonly string[], options?: CommandOptions): Promise<CommandResult> {
  return start(args, options).result;
}

/** What was said that is no progress: lines with an error code. */
export function complaints({ stderr }: CommandResult): readonly string[] {
  return stderr.split('\n').filter((line) => /^minos: .* \[[a-z-]+\]$/.test(line));
}
