import { EMPTY_SOURCE, sourceOf, totalBytes } from '../../src/judging/bytes.js';
import { fillCommand } from '../../src/judging/command.js';
import type { ExecutionOutcome, ExecutionRequest } from '../../src/judging/execution.js';
import type { Language } from '../../src/judging/language.js';
import { compileLimits, runLimits, type ProblemLimits } from '../../src/judging/limits.js';
import type { ContainerShape, Ports, Sandbox } from '../../src/judging/ports.js';

/** Compiles one source file. @returns a run of it without input, as judging asks for one. */
export async function compileProgram(
  { compiler }: Ports,
  language: Language,
  source: string,
  limits: ProblemLimits,
): Promise<ExecutionRequest> {
  const content = sourceOf(Buffer.from(source));
  const files = [{ name: language.sourceFile, executable: false, content }];
  const program = { language, files };
  const compilation = await compiler.compile(program, compileLimits(limits));
  if (compilation.kind === 'failed') throw new Error(`${language.id}: ${compilation.log}`);
  const execution = runLimits(limits, language.profile);
  return {
    purpose: 'run',
    toolchain: language.toolchain,
    command: fillCommand(language.run, program, execution),
    environment: language.environment,
    files: compilation.artifact.files,
    workFiles: [],
    stdin: EMPTY_SOURCE,
    limits: execution,
    onOutputLimit: 'kill',
    mergeStderr: false,
    collect: [],
    collectBytes: 0,
  };
}

/** Runs it, one container after the other with the next made ahead. */
export async function executeInTurn(
  sandbox: Sandbox,
  request: ExecutionRequest,
  count: number,
): Promise<void> {
  sandbox.prepare(shapeOf(request), count);
  for (let done = 0; done < count; done += 1) await executeWell(sandbox, request);
}

/** @throws Error unless the program exits with 0. @param onOutput told of every piece of it. */
export async function executeWell(
  sandbox: Sandbox,
  request: ExecutionRequest,
  onOutput: () => void = () => undefined,
): Promise<ExecutionOutcome> {
  const sink = { write: onOutput };
  const outcome = await sandbox.execute(request, { stdout: sink, stderr: sink });
  if (outcome.end.kind === 'exited' && outcome.end.exitCode === 0) return outcome;
  throw new Error(`the program ended with ${JSON.stringify(outcome.end)}`);
}

export function shapeOf({ toolchain, limits, files, stdin }: ExecutionRequest): ContainerShape {
  return { toolchain, limits, stagedBytes: totalBytes(files) + stdin.sizeBytes };
}
