import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_SOURCE, sourceOf } from '../../../src/judging/bytes.js';
import { compileRequest } from '../../../src/judging/compile-program.js';
import type { ExecutionRequest } from '../../../src/judging/execution.js';
import { compileLimits } from '../../../src/judging/limits.js';
import { compilationKey } from '../../../src/sandbox/compilation-key.js';
import { file } from '../../contracts/sandbox-trial.js';
import { problem, TOY_LANGUAGE } from '../../fakes/sample-problem.js';

const PROGRAM = {
  language: {
    ...TOY_LANGUAGE,
    extensions: ['c'],
    compile: ['/usr/bin/cc', '-O2', '{entry}', '{sources}'],
  },
  files: [file('main.c', 'int main() {}'), file('lib.h', '#define A 1')],
};
const LIMITS = compileLimits(problem([]).limits);
const REQUEST = compileRequest(PROGRAM, LIMITS);
const IMAGE = 'sha256:1';
const key = (change: Partial<ExecutionRequest> = {}, image = IMAGE) =>
  compilationKey({ ...REQUEST, ...change }, image);

describe('the key of a compilation', () => {
  it('is the same for equal requests, however they came about', async () => {
    const { limits, environment } = REQUEST;
    const reversed = Object.fromEntries(Object.entries(limits).toReversed()) as typeof limits;
    const piecewise = {
      ...PROGRAM.files[0]!,
      content: {
        sizeBytes: 13,
        async *read() {
          yield Buffer.from('int ma');
          yield Buffer.from('in() {}');
        },
      },
    };
    const same = { limits: reversed, environment: { ...environment } };
    expect(await key({ ...same, files: [piecewise, PROGRAM.files[1]!] })).toBe(await key());
  });

  const [main, header] = PROGRAM.files as [(typeof PROGRAM.files)[0], (typeof PROGRAM.files)[0]];
  it.each<[string, Partial<ExecutionRequest>, string?]>([
    ['the image', {}, 'sha256:2'],
    ['the command', { command: [...REQUEST.command, '-g'] }],
    ['where arguments end', { command: ['/usr/bin/cc -O2', ...REQUEST.command.slice(2)] }],
    ['the environment', { environment: { ...REQUEST.environment, LANG: 'C' } }],
    ['a content', { files: [file('main.c', 'int main() {;}'), header] }],
    ['a file name', { files: [file('main.cc', 'int main() {}'), header] }],
    ['a file mode', { files: [{ ...main, executable: true }, header] }],
    ['an include file', { files: [main, file('lib.h', '#define A 2')] }],
    ['that a file is there', { files: [main] }],
    ['the order of files', { files: [header, main] }],
    ['a file to be written to', { files: [main], workFiles: [header] }],
    ['stdin', { stdin: sourceOf(Buffer.from('x')) }],
    ['a limit', { limits: { ...REQUEST.limits, memoryBytes: REQUEST.limits.memoryBytes + 1 } }],
    ['what is collected', { collect: ['other'] }],
    ['how much is collected', { collectBytes: 1 }],
    ['the toolchain', { toolchain: 'other' }],
    ['what is yet unknown', { later: 1 } as Partial<ExecutionRequest>],
  ])('depends on %s', async (_, change, image) => {
    expect(await key(change, image)).not.toBe(await key());
  });

  it('depends on the entry point, by way of the command', async () => {
    const other = compileRequest({ ...PROGRAM, entryPoint: 'lib.h' }, LIMITS);
    expect(await compilationKey(other, IMAGE)).not.toBe(await key());
  });

  it('is shared by no two different requests', async () => {
    const word = fc.constantFrom('', 'a', 'b', 'ab', 'a\n', '"', '\\', '[', ',', '],["a');
    const staged = fc.record({ name: word, executable: fc.boolean(), text: word });
    const ingredients = fc.record({
      image: word,
      command: fc.array(word, { maxLength: 3 }),
      environment: fc.dictionary(word, word, { maxKeys: 2 }),
      files: fc.array(staged, { maxLength: 2 }),
      workFiles: fc.array(staged, { maxLength: 2 }),
      stdin: word,
      cpuTimeMs: fc.nat(3),
    });
    const keyOf = async (given: typeof ingredients extends fc.Arbitrary<infer T> ? T : never) => {
      const files = ({ name, executable, text }: (typeof given.files)[0]) => ({
        ...file(name, text),
        executable,
      });
      return await key(
        {
          command: given.command,
          environment: given.environment,
          files: given.files.map(files),
          workFiles: given.workFiles.map(files),
          stdin: given.stdin === '' ? EMPTY_SOURCE : sourceOf(Buffer.from(given.stdin)),
          limits: { ...REQUEST.limits, cpuTimeMs: given.cpuTimeMs },
        },
        given.image,
      );
    };
    const seen = new Map<string, string>();
    await fc.assert(
      fc.asyncProperty(ingredients, async (given) => {
        const { environment, ...rest } = given;
        const sorted = Object.entries(environment).toSorted(([a], [b]) => (a < b ? -1 : 1));
        const identity = JSON.stringify([rest, sorted]);
        const known = seen.get(await keyOf(given));
        seen.set(await keyOf(given), identity);
        expect(known ?? identity).toBe(identity);
      }),
      { numRuns: 2000 },
    );
  });
});
