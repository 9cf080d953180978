import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROGRAMS } from './language-programs.js';
import { programOf, registry, ToolchainLab } from './toolchain-lab.js';

let lab: ToolchainLab;

beforeAll(async () => {
  lab = await ToolchainLab.open();
});

afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

describe.each(registry.languages.map((language) => [language.id, language] as const))(
  '%s',
  (id, language) => {
    const programs = PROGRAMS[id]!;
    const source = (text: string) => programOf(id, { [language.sourceFile]: text });

    it('prints its version', async () => {
      const { stdout, verdict } = await lab.version(language);
      expect(verdict).toBeUndefined();
      expect(stdout).toMatch(/\d+\.\d+/);
    });

    it('compiles and runs a program that adds its input', async () => {
      const trial = await lab.judge(source(programs.sum), { stdin: '3\n10 20 12\n' });
      expect(trial).toMatchObject({ verdict: undefined, stdout: '42\n', stderr: '' });
    });

    it('has a probe that prints the number it reads', async () => {
      const trial = await lab.judge(source(language.probe ?? ''), { stdin: '42\n' });
      expect(trial).toMatchObject({ verdict: undefined, stdout: '42\n' });
    });

    it('takes a syntax error for a compile error, and says where it is', async () => {
      const compilation = await lab.compile(source(programs.broken));
      expect(compilation.kind).toBe('failed');
      expect(compilation.log).toContain(language.sourceFile);
    });

    it('takes an endless loop for TLE', async () => {
      const trial = await lab.judge(source(programs.spin), { limits: { cpuTimeMs: 300 } });
      expect(trial.verdict).toBe('TLE');
    });

    it('takes a failing program for RTE', async () => {
      const trial = await lab.judge(source(programs.crash));
      expect(trial.verdict).toBe('RTE');
    });

    it('takes a program that fills memory for MLE', async () => {
      const trial = await lab.judge(source(programs.hog), { limits: { cpuTimeMs: 10_000 } });
      expect(trial.verdict).toBe('MLE');
    });

    it('lets a program use most of the memory that the problem allows', async () => {
      const trial = await lab.judge(source(programs.fill), {
        limits: { memoryBytes: 256 * 2 ** 20, cpuTimeMs: 10_000 },
      });
      expect(trial).toMatchObject({ verdict: undefined, stdout: 'ok\n' });
    });

    it('compiles several files to one program', async () => {
      const trial = await lab.judge(programOf(id, programs.severalFiles));
      expect(trial).toMatchObject({ verdict: undefined, stdout: 'from the other file\n' });
    });
  },
);

describe('recursion', () => {
  it.each(Object.entries(PROGRAMS).filter(([, { deep }]) => deep !== undefined))(
    'goes a hundred thousand calls deep in %s',
    async (id, { deep }) => {
      const { sourceFile } = registry.get(id);
      const trial = await lab.judge(programOf(id, { [sourceFile]: deep! }));
      expect(trial).toMatchObject({ verdict: undefined, stdout: '100000\n' });
    },
  );

  it.each(Object.entries(PROGRAMS).filter(([, { endless }]) => endless !== undefined))(
    'is RTE without end in %s',
    async (id, { endless }) => {
      const { sourceFile } = registry.get(id);
      const trial = await lab.judge(programOf(id, { [sourceFile]: endless! }), {
        limits: { cpuTimeMs: 10_000 },
      });
      expect(trial.verdict).toBe('RTE');
    },
  );
});

describe('C++', () => {
  it('reads the header itself where a macro or a pragma changes its meaning', async () => {
    const macro =
      '#define _GLIBCXX_DEBUG\n#include <bits/stdc++.h>\nint main() { std::vector<int> v; return v[1]; }\n';
    const trial = await lab.judge(programOf('cpp', { 'a.cpp': macro }));
    expect(trial.verdict).toBe('RTE');
    expect(trial.stderr).toContain('out-of-bounds');

    const pragma =
      '#pragma GCC optimize("O3")\n#include <bits/stdc++.h>\nint main() { std::puts("ok"); }\n';
    expect((await lab.judge(programOf('cpp', { 'a.cpp': pragma }))).stdout).toBe('ok\n');
  });

  it('finds headers of the submission from any directory of it', async () => {
    const trial = await lab.judge(
      programOf('cpp', {
        'src/main.cpp':
          '#include "lib/answer.hpp"\n#include <cstdio>\nint main() { std::printf("%d\\n", answer); }\n',
        'lib/answer.hpp': 'constexpr int answer = 42;\n',
      }),
    );
    expect(trial.stdout).toBe('42\n');
  });
});

describe('Java', () => {
  const hello = (name: string, rest = '') =>
    `public class ${name} { public static void main(String[] a) { System.out.println("${name}"); } } ${rest}`;

  it.each([
    ['a public class in a file of another name', { 'sol.java': hello('Foo') }, undefined, 'Foo\n'],
    ['a class in a package', { 'x/Foo.java': `package a.b; ${hello('Foo')}` }, undefined, 'Foo\n'],
    [
      'the one class of several that has main',
      { 'A.java': 'class A { int x; }', 'B.java': hello('B') },
      undefined,
      'B\n',
    ],
    [
      'Main before others',
      { 'A.java': hello('A'), 'Main.java': hello('Main') },
      undefined,
      'Main\n',
    ],
    [
      'the public class of the file',
      { 'S.java': `class B { public static void main(String[] a) {} } ${hello('Zoo')}` },
      undefined,
      'Zoo\n',
    ],
    ['the entry point that is stated', { 'A.java': hello('A'), 'B.java': hello('B') }, 'B', 'B\n'],
    [
      'a stated class in a package',
      { 'A.java': `package p; ${hello('A')}`, 'B.java': hello('B') },
      'p.A',
      'A\n',
    ],
    [
      'a compact source file',
      { 'sol.java': 'void main() { IO.println("compact"); }' },
      undefined,
      'compact\n',
    ],
  ])('starts %s', async (_, files, entryPoint, stdout) => {
    const trial = await lab.judge(programOf('java', files, entryPoint));
    expect(trial).toMatchObject({ verdict: undefined, stdout });
  });

  it.each([
    ['no class has a main method', { 'A.java': 'class A { int x; }' }, undefined],
    ['no class Nope with a main method', { 'A.java': hello('A') }, 'Nope'],
  ])('does not compile when %s', async (message, files, entryPoint) => {
    const compilation = await lab.compile(programOf('java', files, entryPoint));
    expect(compilation.kind).toBe('failed');
    expect(compilation.log).toContain(`error: ${message}`);
  });
});

describe('Python', () => {
  it.each([
    ['main.py', { 'a.py': 'print(1)', 'main.py': 'print(2)' }, undefined, '2\n'],
    ['__main__.py', { 'a.py': 'print(1)', '__main__.py': 'print(2)' }, undefined, '2\n'],
    ['the source given first', { 'b.py': 'print(2)', 'a.py': 'print(1)' }, undefined, '2\n'],
    ['what is stated', { 'main.py': 'print(1)', 'b.py': 'print(2)' }, 'b.py', '2\n'],
  ])('starts %s', async (_, files, entryPoint, stdout) => {
    expect((await lab.judge(programOf('python3', files, entryPoint))).stdout).toBe(stdout);
  });

  it('does not compile when the stated entry point is absent', async () => {
    const compilation = await lab.compile(programOf('python3', { 'a.py': 'print(1)' }, 'b.py'));
    expect(compilation.kind).toBe('failed');
    expect(compilation.log).toContain('b.py');
  });

  it('checks the syntax of every file without running any', async () => {
    const files = { 'main.py': 'print(1 / 0)', 'other.py': 'def f(:\n  pass\n' };
    const compilation = await lab.compile(programOf('python3', files));
    expect(compilation.kind).toBe('failed');
    expect(compilation.log).toContain('other.py');
    expect(compilation.log).not.toContain('ZeroDivisionError');
  });
});

describe('JavaScript', () => {
  it('runs a module that is called .js', async () => {
    const source = "import { argv } from 'node:process';\nconsole.log(typeof (await argv));\n";
    const trial = await lab.judge(programOf('javascript', { 'main.js': source }));
    expect(trial).toMatchObject({ verdict: undefined, stdout: 'object\n' });
  });

  it('takes a broken module for a compile error, and says where it is', async () => {
    const source = "import fs from 'node:fs';\nconsole.log(fs..x);\n";
    const compilation = await lab.compile(programOf('javascript', { 'main.js': source }));
    expect(compilation.kind).toBe('failed');
    expect(compilation.log).toContain('/box/main.js:2');
  });

  it('runs nothing while it checks', async () => {
    const compilation = await lab.compile(
      programOf('javascript', { 'main.js': 'process.exit(3);' }),
    );
    expect(compilation.kind).toBe('compiled');
  });
});

describe('Go', () => {
  it('does not compile a package that is no program', async () => {
    const compilation = await lab.compile(programOf('go', { 'a.go': 'package foo\n' }));
    expect(compilation.kind).toBe('failed');
  });
});
