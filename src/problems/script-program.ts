import type { Language } from '../judging/language.js';
import { detectLanguage, type LanguageLookup } from './language-lookup.js';
import { badPackage } from './package-error.js';

const BUILD = 'build';
const RUN = 'run';

/** How a directory with a `build` or a `run` script is compiled and started. */
export interface ScriptProgram {
  readonly language: Language;
  readonly entryPoint?: string;
}

/**
 * Scripts of a validator (2025-09 "Other programs"): `build` runs where the C++ compiler is, in a
 * copy of the directory, and leaves the program `run`; a `run` that is there already is a shell
 * script. undefined when there is neither.
 */
export function scriptProgram(
  directory: string,
  names: readonly string[],
  languages: LanguageLookup,
): ScriptProgram | undefined {
  if (names.includes(BUILD)) {
    const base = detectLanguage(['main.cpp'], languages);
    if (base === undefined) {
      throw badPackage(`${directory}/${BUILD}`, 'build scripts need C++ in the language table');
    }
    return { language: buildScript(base) };
  }
  if (!names.includes(RUN)) return undefined;
  const language = languages.find('bash');
  if (language === undefined) {
    throw badPackage(`${directory}/${RUN}`, 'run scripts need Bash in the language table');
  }
  return { language, entryPoint: RUN };
}

function buildScript(base: Language): Language {
  return {
    ...base,
    id: 'build-script',
    name: 'build script',
    aliases: [],
    extensions: [],
    compile: ['/bin/sh', '-c', `cp -R /box/. . && chmod -R u+w . && sh ./${BUILD}`],
    artifacts: [RUN],
    run: [`/box/${RUN}`],
  };
}
