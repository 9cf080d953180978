import { sourceOf, type StagedFile } from '../../src/judging/bytes.js';
import { DEFAULT_COMPARISON } from '../../src/judging/comparison/comparison-options.js';
import type { Language } from '../../src/judging/language.js';
import type { Problem, TestCase } from '../../src/judging/problem.js';
import type { Program } from '../../src/judging/submission.js';

export function file(name: string, text = ''): StagedFile {
  return { name, executable: false, content: sourceOf(Buffer.from(text)) };
}

export function testCase(
  name: string,
  changes: Partial<TestCase> & { answerText?: string } = {},
): TestCase {
  const { answerText = 'yes\n', ...rest } = changes;
  return {
    name,
    visibility: name.startsWith('sample/') ? 'sample' : 'secret',
    input: sourceOf(Buffer.from(`${name}\n`)),
    answer: sourceOf(Buffer.from(answerText)),
    contentId: name,
    programArguments: [],
    validatorArguments: [],
    comparison: DEFAULT_COMPARISON,
    files: [],
    ...rest,
  };
}

export const TOY_LANGUAGE: Language = {
  id: 'toy',
  name: 'Toy',
  aliases: [],
  toolchain: 'toy',
  extensions: ['toy'],
  sourceFile: 'main.toy',
  compile: ['/bin/check', '{sources}'],
  artifacts: [],
  run: ['/bin/toy', '-m{memory_mib}', '/box/{entry}'],
  version: ['/bin/toy', '--version'],
  environment: {},
  profile: {
    memoryBytes: 64 * 2 ** 20,
    memoryOverheadBytes: 16 * 2 ** 20,
    cpuTimeFactor: 1,
    extraCpuTimeMs: 0,
    processes: 16,
    executableWork: false,
    sharedMemoryBytes: 0,
    outOfMemorySigns: [{ stderr: 'ToyMemoryError' }],
  },
};

export function toyProgram(name = 'main.toy'): Program {
  return { language: TOY_LANGUAGE, files: [file(name, 'toy source')] };
}

export function problem(testCases: readonly TestCase[], changes: Partial<Problem> = {}): Problem {
  return {
    id: 'toy-problem',
    name: 'Toy problem',
    limits: {
      cpuTimeMs: 1000,
      outputBytes: 2 ** 20,
      codeBytes: 2 ** 17,
      compilationCpuTimeMs: 10_000,
      compilationMemoryBytes: 2 ** 30,
      validationCpuTimeMs: 10_000,
      validationMemoryBytes: 2 ** 30,
      validationOutputBytes: 2 ** 20,
    },
    testCases,
    validator: { kind: 'default' },
    includes: {},
    ...changes,
  };
}
