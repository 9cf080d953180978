import { describe, expect, it } from 'vitest';
import type { Program } from '../../../src/judging/submission.js';
import type { ProblemPackage } from '../../../src/problems/problem-package.js';
import { errorWith, noticesOf, readWith, textOf } from './package-on-disk.js';

const CUSTOM = { 'problem.yaml': 'validation: custom\n' };
const MODERN = { 'problem.yaml': 'problem_format_version: 2025-09\n' };

function programsOf({ problem }: ProblemPackage): readonly Program[] {
  return problem.validator.kind === 'programs' ? problem.validator.programs : [];
}

const shape = ({ language, files }: Program) =>
  [language.id, ...files.map(({ name }) => name)].join(' ');

describe('legacy output validators', () => {
  it('are each file and each directory; headers lie beside the files, the rest is reported', async () => {
    const found = await readWith({
      ...CUSTOM,
      'output_validators/checker.cpp': '#include "testlib.h"',
      'output_validators/testlib.h': '// 42/43',
      'output_validators/second/v.py': '',
      'output_validators/second/data.txt': '',
      'output_validators/old.template': '',
      'output_validators/README.md': '',
      'output_validators/notes/a.md': '',
    });
    expect(programsOf(found).map(shape)).toEqual([
      'cpp20 checker.cpp testlib.h',
      'python3 data.txt v.py',
    ]);
    expect(noticesOf(found)).toEqual([
      'output_validators/README.md: is not used: it is no program of a known language',
      'output_validators/notes: is not used: it is no program',
      'output_validators/old.template: is not used: it is no program of a known language',
    ]);
  });

  it('are not used unless the package asks for them', async () => {
    for (const files of [{}, { 'problem.yaml': 'validation: default\n' }]) {
      const found = await readWith({ ...files, 'output_validators/v.py': '' });
      expect(found.problem.validator).toEqual({ kind: 'default' });
      expect(noticesOf(found)).toEqual([
        'output_validators: is not used: the default output validator is asked for',
      ]);
    }
  });

  it('must be there when asked for', async () => {
    expect(await errorWith(CUSTOM)).toContain('problem.yaml: validation custom asks for a program');
    expect(await errorWith({ ...CUSTOM, 'output_validators/x.txt': '' })).toContain(
      'output_validators: has no program in a language of the language table',
    );
  });

  it('may take flags that the default one does not know', async () => {
    const { problem } = await readWith({
      'problem.yaml': 'validation: custom\nvalidator_flags: fuzzy 3\n',
      'output_validators/v.py': '',
    });
    expect(problem.testCases[0]!.validatorArguments).toEqual(['fuzzy', '3']);
  });
});

describe('the output validator of 2025-09', () => {
  it('is the whole directory as one program, and is used because it is there', async () => {
    const found = await readWith({
      ...MODERN,
      'output_validator/validate.cc': '',
      'output_validator/validate.h': '',
      'output_validator/lib/more.cc': '',
    });
    expect(programsOf(found).map(shape)).toEqual(['cpp20 lib/more.cc validate.cc validate.h']);
  });

  it('may still lie in output_validators', async () => {
    const found = await readWith({ ...MODERN, 'output_validators/v/v.py': '' });
    expect(programsOf(found).map(shape)).toEqual(['python3 v.py']);
  });

  it('counts before output_validators', async () => {
    const found = await readWith({
      ...MODERN,
      'output_validator/v.py': '',
      'output_validators/w.py': '',
    });
    expect(programsOf(found).map(shape)).toEqual(['python3 v.py']);
    expect(noticesOf(found)).toEqual(['output_validators: is not used: output_validator counts']);
  });

  it('in two languages is refused', async () => {
    expect(
      await errorWith({ ...MODERN, 'output_validator/v.py': '', 'output_validator/w.cpp': '' }),
    ).toBe('output_validator: is no program in one language of the language table');
  });

  it('has constants replaced in its text, and only defined ones', async () => {
    const found = await readWith({
      'problem.yaml':
        'problem_format_version: 2025-09\nconstants: {n: 5, k: {value: 1e6, tex: 10^6}}\n',
      'output_validator/v.py': 'N={{n}} K={{k}} {{k.value}} {{k.tex}} {{m}} {{ n }} \u00e9\n',
    });
    const [program] = programsOf(found);
    expect(await textOf(program!.files[0]!.content)).toBe(
      'N=5 K=1e6 1e6 10^6 {{m}} {{ n }} \u00e9\n',
    );
  });

  it('with a build script is built where the C++ compiler is', async () => {
    const found = await readWith({
      ...MODERN,
      'output_validator/build': { run: '#!/bin/sh\nc++ -o run v.cpp\n' },
      'output_validator/v.cpp': '',
    });
    const [program] = programsOf(found);
    expect(program!.language).toMatchObject({ id: 'build-script', toolchain: 'cpp20' });
    expect(program!.language.artifacts).toEqual(['run']);
    expect(program!.files.map(({ name }) => name)).toEqual(['build', 'v.cpp']);
  });

  it('with a run script is started by the shell', async () => {
    const found = await readWith({ ...MODERN, 'output_validator/run': { run: '#!/bin/sh\n' } });
    expect(programsOf(found)[0]).toMatchObject({ language: { id: 'bash' }, entryPoint: 'run' });
  });
});

describe('programs that take part in the verdict', () => {
  it('are refused when they cannot be run', async () => {
    expect(await errorWith({ ...MODERN, 'static_validator/v.py': '' })).toBe(
      'static_validator: static validators are not supported yet',
    );
  });
});

describe('included files', () => {
  it('are given to every standard of their language, over the default', async () => {
    const found = await readWith({
      'include/default/common.txt': 'default',
      'include/default/data.txt': 'default',
      'include/cpp/common.txt': 'cpp',
      'include/cpp/sub/runner.cpp': '',
      'include/klingon/x': '',
    });
    const { includes } = found.problem;
    expect(Object.keys(includes).sort()).toEqual(['cpp17', 'cpp20', 'default']);
    expect(includes['cpp20']!.map(({ name }) => name)).toEqual([
      'data.txt',
      'common.txt',
      'sub/runner.cpp',
    ]);
    expect(await textOf(includes['cpp20']![1]!.content)).toBe('cpp');
    expect(noticesOf(found)).toEqual([
      'include/klingon: is not used: the language is not in the language table',
    ]);
  });
});
