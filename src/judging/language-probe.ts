import { sourceOf } from './bytes.js';
import { DEFAULT_COMPARISON } from './comparison/comparison-options.js';
import { judgeToEnd } from './judge-to-end.js';
import type { Language } from './language.js';
import { SandboxFailure, type Compiler, type Ports } from './ports.js';
import type { Problem } from './problem.js';
import { shareWork, type SharedWork } from './shared-work.js';

/*
 * A compiler that is broken rejects every program, and a runtime that is broken fails every one. So a
 * verdict against somebody counts only where the language's probe, a program that prints the number
 * it reads, is judged right: asked for once, when the first such verdict is about to be given.
 */

const NUMBER = Buffer.from('42\n');
const GIB = 2 ** 30;

/** Judged with limits that no working language meets. */
const PROBLEM: Problem = {
  id: 'probe',
  name: 'Print the number that you read',
  limits: {
    cpuTimeMs: 10_000,
    outputBytes: 2 ** 20,
    codeBytes: 2 ** 20,
    compilationCpuTimeMs: 60_000,
    compilationMemoryBytes: 2 * GIB,
    validationCpuTimeMs: 10_000,
    validationMemoryBytes: GIB,
    validationOutputBytes: 2 ** 20,
  },
  testCases: [
    {
      name: 'secret/probe',
      visibility: 'secret',
      input: sourceOf(NUMBER),
      answer: sourceOf(NUMBER),
      contentId: 'probe',
      programArguments: [],
      validatorArguments: [],
      comparison: DEFAULT_COMPARISON,
      files: [],
    },
  ],
  validator: { kind: 'default' },
  includes: {},
};

/** Proves each language once; a failure is forgotten, so that what was mended works again. */
export function proveOnce(portsOf: () => Ports): Ports['prove'] {
  const known = new WeakMap<Language, SharedWork<void>>();
  return async (language, signal) => {
    if (language.probe === undefined) return;
    await shareWork(known, language, (stop) => judgeProbe(language, portsOf(), stop), signal);
  };
}

/** @throws SandboxFailure unless it is accepted. */
async function judgeProbe(
  { probe = '', ...language }: Language,
  ports: Ports,
  signal: AbortSignal,
): Promise<void> {
  const content = sourceOf(Buffer.from(probe));
  // Of a language without a probe: what it ends in is believed.
  const submission = {
    language,
    files: [{ name: language.sourceFile, executable: false, content }],
  };
  const job = { problem: PROBLEM, submission, mode: 'lazy' } as const;
  const { verdict, reason } = (await judgeToEnd(job, ports, signal)).finished;
  if (verdict === 'AC') return;
  throw new SandboxFailure(
    `${language.name} does not work on this machine: its probe ended in ${verdict}, ${reason}`,
  );
}

/** A rejection counts only where the probe compiles; without a probe it is never repeated. */
export function provingCompiler(compiler: Compiler, prove: Ports['prove']): Compiler {
  return {
    async compile(program, limits, signal) {
      const compilation = await compiler.compile(program, limits, signal);
      if (compilation.kind === 'compiled') return compilation;
      if (program.language.probe === undefined) return { ...compilation, isRepeatable: false };
      await prove(program.language, signal);
      return compilation;
    },
  };
}
