import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programOf, registry, ToolchainLab } from './toolchain-lab.js';

let lab: ToolchainLab;

beforeAll(async () => {
  lab = await ToolchainLab.open();
});

afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

async function compile(language: string, source: string) {
  const { sourceFile } = registry.get(language);
  return await lab.compile(programOf(language, { [sourceFile]: source }));
}

const MAIN = 'int main() {}\n';

/** What a compiler is made to do by its source is the contestant's fault, and never a judging error. */
describe('a compiler', () => {
  it.each([
    ['an endless device as a header', 'cpp', '#include "/dev/zero"\n'],
    ['random bytes as a header', 'c', '#include "/dev/urandom"\n'],
    ['a header of the system that is none', 'c', '#include "/etc/shadow"\n'],
    ['a file that includes itself', 'cpp', '#include __FILE__\n#warning again\n'],
    ['a template without end', 'cpp', `template<int N> struct A : A<N + 1> {}; A<0> a;\n${MAIN}`],
    [
      'an endless constant expression',
      'cpp',
      `constexpr int f() { int i = 0; while (true) i ^= 1; return i; }\nconstexpr int x = f();\n${MAIN}`,
    ],
    ['an array larger than any file', 'c', `char a[1u << 30] = {1};\n${MAIN}`],
    [
      'parentheses a hundred thousand deep',
      'cpp',
      `int x = ${'('.repeat(1e5)}1${')'.repeat(1e5)};\n${MAIN}`,
    ],
    ['the supervisor in the program', 'c', `__asm__(".incbin \\"/minos/supervisor\\"");\n${MAIN}`],
    [
      'the environment of the supervisor',
      'c',
      `__asm__(".incbin \\"/proc/1/environ\\"");\n${MAIN}`,
    ],
    [
      'parentheses a hundred thousand deep',
      'python3',
      `x = ${'('.repeat(1e5)}1${')'.repeat(1e5)}\n`,
    ],
    ['signs a million deep', 'python3', `x = ${'-'.repeat(1e6)}1\n`],
    ['NUL bytes', 'python3', 'print(1)\0\n'],
    [
      'parentheses a hundred thousand deep',
      'java',
      `class A { int x = ${'('.repeat(1e5)}1${')'.repeat(1e5)}; }`,
    ],
    ['an annotation processor that is not there', 'java', '@Deprecated(since = ) class A {}'],
    ['a module of the network', 'go', 'package main\nimport _ "example.org/x"\nfunc main() {}\n'],
    ['C in Go', 'go', 'package main\n// int f(void);\nimport "C"\nfunc main() { C.f() }\n'],
    ['parentheses a hundred thousand deep', 'javascript', `${'('.repeat(1e5)}1${')'.repeat(1e5)}`],
    ['a loop without end', 'bash', 'while true; do\n'],
  ])('that is given %s (%s) fails in its limits', async (_, language, source) => {
    const compilation = await compile(language, source);
    expect(compilation.kind).toBe('failed');
    expect(compilation.log.length).toBeLessThanOrEqual(70_000);
  });

  it('shows nothing of a file it may not read', async () => {
    const { log } = await compile('c', '#include "/etc/shadow"\n');
    expect(log).not.toContain('root:');
  });

  it('takes an artifact that is a link for a compile error', async () => {
    const language = registry.get('bash');
    const compilation = await lab.compile({
      ...programOf('bash', { 'main.sh': 'ln -s /etc/passwd main\n' }),
      language: { ...language, compile: ['/bin/bash', '/box/main.sh'], artifacts: ['main'] },
    });
    expect(compilation.kind).toBe('failed');
  });

  it('leaves nothing running', async () => {
    const language = registry.get('bash');
    const script = 'for i in 1 2 3; do setsid sleep 60 >/dev/null 2>&1 & done; echo x > main\n';
    const compilation = await lab.compile({
      ...programOf('bash', { 'main.sh': script }),
      language: { ...language, compile: ['/bin/bash', '/box/main.sh'], artifacts: ['main'] },
    });
    expect(compilation.kind).toBe('compiled');
    expect(compilation.wallTimeMs).toBeLessThan(30_000);
  });
});
