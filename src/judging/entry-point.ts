import type { Program } from './submission.js';

function hasExtension(name: string, extensions: readonly string[]): boolean {
  const base = name.slice(name.lastIndexOf('/') + 1);
  return extensions.some((extension) => base.endsWith(`.${extension}`));
}

/** Names of the files that the language compiles or interprets; headers and data are not among them. */
export function sourcesOf(program: Program): readonly string[] {
  return sourcesAsGiven(program).toSorted();
}

function sourcesAsGiven({ files, language }: Program): readonly string[] {
  const names = files.map((file) => file.name);
  return names.filter((name) => hasExtension(name, language.extensions));
}

/**
 * The file that an interpreter starts: the one named by the submission, else the language's usual
 * name (`main.py`), else `__main__`, else the source given first (of a directory, the first by name).
 */
export function entryPoint(program: Program): string {
  if (program.entryPoint !== undefined) return program.entryPoint;
  const sources = sourcesAsGiven(program);
  return (
    sources.find((name) => name === program.language.sourceFile) ??
    sources.find((name) => name.startsWith('__main__.')) ??
    sources[0] ??
    program.files[0]?.name ??
    ''
  );
}
