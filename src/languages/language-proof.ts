import { JudgeError } from '../errors.js';
import type { Language } from '../judging/language.js';

/**
 * Proves the language table at start-up, as far as it can be without building anything. Shapes and
 * ranges are proved where the table is read; here is what one entry alone cannot show.
 * @param toolchains the directories of `images/` that have a Dockerfile.
 * @throws JudgeError `bad-config`; each problem names its fix.
 */
export function proveLanguages(
  languages: readonly Language[],
  toolchains: readonly string[],
  file: string,
): void {
  const problems = [
    ...sharedNames(languages),
    ...languages.flatMap((language) => [
      ...toolchainProblems(language, toolchains),
      ...fileProblems(language),
      ...commandProblems(language),
      ...signProblems(language),
    ]),
  ].map((problem) => `${file}: ${problem}`);
  const [first, ...others] = problems;
  if (first !== undefined) throw new JudgeError('bad-config', first, { details: others });
}

const PLACEHOLDER = /\{(\w+)\}/g;
const COMPILE_PLACEHOLDERS = ['sources', 'entry'];
const RUN_PLACEHOLDERS = ['entry', 'memory_mib', 'stack_kib'];

function sharedNames(languages: readonly Language[]): readonly string[] {
  const owners = new Map<string, string>();
  return languages.flatMap(({ id, aliases }) =>
    [id, ...aliases].flatMap((name) => {
      const owner = owners.get(name);
      owners.set(name, owner ?? id);
      return owner === undefined
        ? []
        : [`languages.${id} and languages.${owner} are both called ${name}: drop one alias`];
    }),
  );
}

function toolchainProblems(
  { id, toolchain }: Language,
  toolchains: readonly string[],
): readonly string[] {
  return toolchains.includes(toolchain)
    ? []
    : [
        `languages.${id}.toolchain: there is no images/${toolchain}/Dockerfile; add it, or use one of ${toolchains.join(', ')}`,
      ];
}

function fileProblems({ id, extensions, sourceFile }: Language): readonly string[] {
  const repeated = extensions.filter((extension, i) => extensions.indexOf(extension) !== i);
  return [
    ...repeated.map(
      (extension) => `languages.${id}.extensions: ${extension} stands twice; drop one`,
    ),
    ...(extensions.some((extension) => sourceFile.endsWith(`.${extension}`))
      ? []
      : [
          `languages.${id}.source_file: ${sourceFile} must end in one of the extensions ${extensions.join(', ')}`,
        ]),
  ];
}

function commandProblems(language: Language): readonly string[] {
  const { id, compile, run, version } = language;
  return [
    ...oneCommand(`languages.${id}.compile`, compile, COMPILE_PLACEHOLDERS),
    ...oneCommand(`languages.${id}.run`, run, RUN_PLACEHOLDERS),
    ...oneCommand(`languages.${id}.version`, version, []),
  ];
}

function oneCommand(
  key: string,
  command: readonly string[],
  placeholders: readonly string[],
): readonly string[] {
  const used = command.flatMap((argument) =>
    [...argument.matchAll(PLACEHOLDER)].map(([, name]) => name ?? ''),
  );
  const unknown = used.filter((name) => !placeholders.includes(name));
  const known = placeholders.map((name) => `{${name}}`).join(' ') || 'none';
  return [
    ...(command[0]?.startsWith('/') === true
      ? []
      : [`${key}: there is no shell and no search path; begin with an absolute path`]),
    ...unknown.map((name) => `${key}: {${name}} is no placeholder here; known: ${known}`),
    ...command
      .filter((argument) => argument.includes('{sources}') && argument !== '{sources}')
      .map(
        (argument) =>
          `${key}: {sources} becomes several arguments; let it stand alone, not in ${argument}`,
      ),
  ];
}

/** A sign that states nothing would turn every failure into MLE. */
function signProblems({ id, profile }: Language): readonly string[] {
  return profile.outOfMemorySigns
    .filter((sign) => Object.keys(sign).length === 0)
    .map(() => `languages.${id}.profile.out_of_memory_signs: a sign states nothing; drop it`);
}
