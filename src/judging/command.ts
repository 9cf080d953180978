import { entryPoint, sourcesOf } from './entry-point.js';
import type { ExecutionLimits } from './limits.js';
import type { Program } from './submission.js';

/** Where staged files lie inside the container. */
export const BOX = '/box';
/** The work directory: the only place a program can write to. */
export const WORK = '/w';

const MIB = 2 ** 20;
const KIB = 2 ** 10;

/**
 * Fills the placeholders of a language's command. `{sources}` becomes one argument for each
 * source file; the others are replaced inside an argument.
 */
export function fillCommand(
  template: readonly string[],
  program: Program,
  limits: ExecutionLimits,
): readonly string[] {
  const memoryBytes = limits.memoryBytes - program.language.profile.memoryOverheadBytes;
  const values: Readonly<Record<string, string>> = {
    entry: entryPoint(program),
    memory_mib: String(Math.max(1, Math.floor(memoryBytes / MIB))),
    stack_kib: String(Math.floor(limits.stackBytes / KIB)),
  };
  return template.flatMap((argument) =>
    argument === '{sources}'
      ? sourcesOf(program).map((name) => `${BOX}/${name}`)
      : [argument.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)],
  );
}
