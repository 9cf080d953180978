import { createHash } from 'node:crypto';
import { sourceOf, type ByteSource } from '../judging/bytes.js';
import { DEFAULT_COMPARISON } from '../judging/comparison/comparison-options.js';
import type { JudgeJob } from '../judging/judge-submission.js';
import type { Language } from '../judging/language.js';
import type { ProblemLimits } from '../judging/limits.js';
import type { Problem, TestCase } from '../judging/problem.js';
import type { Program } from '../judging/submission.js';
import type { HostileCase, HostileTest } from './hostile-case.js';
import { file, programFiles } from './program-files.js';

const MIB = 2 ** 20;

/** T = 1 s of CPU and with it W = 3 s of wall, M = 64 MiB, OUT = 1 MiB; 64 processes. */
export const HOSTILE_LIMITS: ProblemLimits = {
  cpuTimeMs: 1000,
  memoryBytes: 64 * MIB,
  outputBytes: MIB,
  codeBytes: 4 * MIB,
  compilationCpuTimeMs: 10_000,
  compilationMemoryBytes: 1024 * MIB,
  validationCpuTimeMs: 2000,
  validationMemoryBytes: 64 * MIB,
  validationOutputBytes: MIB,
};
const PROCESSES = 64;

export const ANSWER = 'done\n';

/** Builds jobs, and each program once, so that it is compiled once. */
export class HostileProblems {
  readonly #language: (id: string) => Language;
  readonly #programs = new Map<string, Program>();

  constructor(language: (id: string) => Language) {
    this.#language = language;
  }

  /** @param canary stands for `%CANARY%` in inputs and answers. */
  async job(hostile: HostileCase, canary: string): Promise<JudgeJob> {
    const tests = hostile.tests ?? [{}];
    const { validator } = hostile;
    const problem: Problem = {
      id: `hostile-${hostile.number}`,
      name: hostile.title,
      limits: { ...HOSTILE_LIMITS, ...hostile.limits },
      testCases: tests.map((test, index) => testCase(test, index, hostile, canary)),
      validator:
        validator === undefined
          ? { kind: 'default' }
          : {
              kind: 'programs',
              programs: [await this.#program({ ...hostile, ...validator, files: {} })],
            },
      includes: {},
    };
    return { problem, submission: await this.#program(hostile), mode: 'full' };
  }

  async #program(hostile: HostileCase): Promise<Program> {
    const key = JSON.stringify([hostile.language, hostile.source, hostile.files, hostile.profile]);
    const known = this.#programs.get(key);
    if (known !== undefined && hostile.entryPoint === undefined) return known;
    const found = this.#language(hostile.language);
    const language = hostile.changeLanguage?.(found) ?? found;
    const beside = Object.entries(hostile.files ?? {});
    const program: Program = {
      language: {
        ...language,
        profile: { ...language.profile, processes: PROCESSES, ...hostile.profile },
      },
      files: [
        ...(await programFiles(hostile.source, language)),
        ...beside.map(([name, text]) => file(name, Buffer.from(text))),
      ],
      ...(hostile.entryPoint === undefined ? {} : { entryPoint: hostile.entryPoint }),
    };
    this.#programs.set(key, program);
    return program;
  }
}

function testCase(
  { input = '', answer = ANSWER, validatorArguments = [] }: HostileTest,
  index: number,
  { visibility = 'secret', comparison }: HostileCase,
  canary: string,
): TestCase {
  const bytesOf = (text: string | ByteSource): ByteSource =>
    typeof text === 'string' ? sourceOf(Buffer.from(text.replace('%CANARY%', canary))) : text;
  const name = `${visibility}/${String(index + 1).padStart(2, '0')}`;
  return {
    name,
    visibility,
    input: bytesOf(input),
    answer: bytesOf(answer),
    // Equal tests are wanted: they show whether verdicts are stable.
    contentId: createHash('sha256').update(name).digest('hex'),
    programArguments: [],
    validatorArguments,
    comparison: { ...DEFAULT_COMPARISON, ...comparison },
    files: [],
  };
}
