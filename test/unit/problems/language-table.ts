import { LanguageRegistry } from '../../../src/languages/language-registry.js';
import type { Language } from '../../../src/judging/language.js';

const MIB = 2 ** 20;

function language(id: string, extensions: readonly string[], aliases: readonly string[]): Language {
  return {
    id,
    name: id,
    aliases,
    toolchain: id,
    extensions,
    sourceFile: `main.${extensions[0] ?? ''}`,
    compile: [],
    artifacts: [],
    run: [],
    version: [],
    environment: {},
    profile: {
      memoryBytes: 256 * MIB,
      memoryOverheadBytes: 0,
      cpuTimeFactor: 1,
      extraCpuTimeMs: 0,
      processes: 64,
      executableWork: false,
      sharedMemoryBytes: 0,
      outOfMemorySigns: [],
    },
  };
}

const CPP = ['cpp', 'cc', 'cxx', 'c++', 'C'];

/** A language table as small as the tests need. */
export const LANGUAGES = new LanguageRegistry([
  language('c', ['c'], []),
  language('cpp20', CPP, ['cpp']),
  language('cpp17', CPP, []),
  language('python3', ['py'], ['python']),
  language('java', ['java'], []),
  language('javascript', ['js'], []),
  language('go', ['go'], []),
  language('bash', ['sh'], []),
]);
