import { logCapped, logMarksCut, logSays } from '../checks.js';
import type { Check, HostileCase } from '../hostile-case.js';
import type { Language } from '../../judging/language.js';

/** A compiler that does what its input says: the worst that a hole in a real one could come to. */
function runAsCompiler(language: Language): Language {
  return {
    ...language,
    compile: ['/bin/bash', '/box/{entry}'],
    artifacts: ['program'],
    run: ['/bin/bash', '/box/program'],
    probe: 'echo cat >program',
  };
}

const PARENTHESES = 100_000;
const NESTED = '('.repeat(PARENTHESES) + '1' + ')'.repeat(PARENTHESES);

/** Of the container; the names that the host adds to its own are not in it. */
const noHostData: Check = ({ compilation }) =>
  /MINOS_|DOCKER_HOST|HOSTNAME=/.test(compilation?.log ?? '')
    ? 'the log shows the environment of somebody else'
    : undefined;

const INCLUDES = ['zero', 'random', 'tty', 'environ', 'stdin', 'supervisor', 'passwd', 'fd'];

/** A compiler that reads without end is stopped soon. */
const SHORT = { compilationCpuTimeMs: 3000, compilationMemoryBytes: 256 * 2 ** 20 };

export const COMPILE_TIME: readonly HostileCase[] = [
  ...INCLUDES.map((name) => ({
    number: 77,
    title: `#include of ${name} shows nothing and ends`,
    language: 'c',
    source: `77-include-${name}.c`,
    // Nothing or an empty file may be included; then the program prints nothing.
    expected: ['CE', 'WA'] as const,
    limits: SHORT,
    checks: [logCapped, noHostData],
    quick: name === 'environ',
  })),
  {
    number: 78,
    title: 'a file that includes itself does not compile',
    language: 'c',
    source: '78-recursive.c',
    expected: ['CE'],
    checks: [logCapped],
    limits: SHORT,
  },
  {
    number: 78,
    title: 'a file that includes itself twice with a warning each time ends, its log capped',
    language: 'c',
    source: '78-recursive-warning.c',
    expected: ['CE'],
    checks: [logCapped],
    limits: SHORT,
    quick: true,
  },
  {
    number: 79,
    title: 'a template bomb ends at a limit, which is named',
    language: 'cpp20',
    source: '79-templates.cpp',
    expected: ['CE'],
    limits: SHORT,
    checks: [logCapped, logSays(/memory|CPU|template instantiation depth|took more/)],
  },
  {
    number: 79,
    title: 'a loop of the compiler ends at a limit, which is named',
    language: 'cpp20',
    source: '79-constexpr.cpp',
    expected: ['CE'],
    limits: SHORT,
    checks: [logCapped, logSays(/memory|CPU|constexpr|took more/)],
  },
  {
    number: 79,
    title: 'a hundred thousand parentheses are survived',
    language: 'c',
    source: { text: `int main(void) { return ${NESTED} - 1; }\n` },
    expected: ['CE', 'WA'],
    limits: SHORT,
    checks: [logCapped],
  },
  {
    number: 79,
    title: 'a hundred thousand parentheses are survived',
    language: 'python3',
    source: { text: `print(${NESTED})\n` },
    expected: ['CE', 'WA'],
    limits: SHORT,
    checks: [logCapped],
  },
  {
    number: 79,
    title: 'a hundred thousand parentheses are survived',
    language: 'java',
    source: {
      text: `public class Main { public static void main(String[] a) { System.out.println(${NESTED}); } }\n`,
    },
    expected: ['CE', 'WA'],
    limits: { compilationCpuTimeMs: 10_000, compilationMemoryBytes: 512 * 2 ** 20 },
    checks: [logCapped],
  },
  {
    number: 80,
    title: 'a program of one gigabyte does not compile',
    language: 'c',
    source: '80-large-object.c',
    expected: ['CE'],
    limits: { ...SHORT, compilationCpuTimeMs: 10_000 },
    checks: [logCapped],
  },
  ...(
    [
      ['c', '81-incbin.c'],
      ['c', '81-incbin-job.c'],
      ['c', '81-incbin-shadow.c'],
      ['c', '81-asm-include.c'],
      ['c', '81-embed.c'],
      ['go', '81-embed.go'],
    ] as const
  ).map(([language, source]) => ({
    number: 81,
    title: `no file of anybody else gets into a program: ${source.slice(3)}`,
    language,
    source,
    expected: ['CE'] as const,
    limits: { compilationCpuTimeMs: 30_000 },
    checks: [logCapped, noHostData],
    quick: source === '81-incbin.c',
  })),
  {
    number: 81,
    title: 'the environment of the compiler itself tells nothing',
    language: 'c',
    source: '81-incbin-own.c',
    expected: ['CE', 'WA'],
    checks: [noHostData],
  },
  {
    number: 82,
    title: 'a fork bomb in the compiler is stopped',
    language: 'bash',
    source: '82-compile-bomb.sh',
    expected: ['CE'],
    changeLanguage: runAsCompiler,
    limits: SHORT,
    quick: true,
  },
  {
    number: 82,
    title: 'a daemon of the compiler is gone before the program runs',
    language: 'bash',
    source: '82-compile-daemon.sh',
    expected: ['AC'],
    changeLanguage: runAsCompiler,
    limits: SHORT,
  },
  ...[
    'symlink',
    'dangling',
    'fifo',
    'directory',
    'hard-link',
    'large',
    'unreadable',
    'absent',
    'many',
    'directory-link',
    'newline',
  ].map((way) => ({
    number: 83,
    title: `an artifact is a regular file of its own or nothing: ${way}`,
    language: 'bash',
    source: '83-artifact.sh',
    files: { way },
    expected: ['CE'] as const,
    changeLanguage: runAsCompiler,
    limits: SHORT,
    quick: way === 'symlink',
  })),
  {
    number: 83,
    title: 'a set-user-id artifact is an artifact without that bit',
    language: 'bash',
    source: '83-artifact.sh',
    files: { way: 'set-user-id' },
    expected: ['AC'],
    changeLanguage: runAsCompiler,
  },
  {
    number: 84,
    title: 'a line of one megabyte is compiled or refused',
    language: 'c',
    source: { text: `int main(void) { return 0; } /* ${'x'.repeat(2 ** 20)} */\n` },
    expected: ['WA', 'CE'],
  },
  ...(
    [
      ['an object file', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0]), ['CE']],
      ['UTF-16', Buffer.from('\ufeffint main(void) { return 0; }\n', 'utf16le'), ['CE']],
      ['a byte order mark', Buffer.from('\ufeffint main(void) { return 0; }\n'), ['WA', 'CE']],
      ['carriage returns', Buffer.from('int main(void)\r\n{\r\n return 0;\r\n}\r\n'), ['WA']],
      ['nothing', new Uint8Array(), ['CE']],
      ['NUL bytes', new Uint8Array(4096), ['CE']],
    ] as const
  ).map(([what, text, expected]) => ({
    number: 84,
    title: `${what} as source is a matter for the compiler`,
    language: 'c',
    source: { text },
    expected,
    checks: [logCapped],
  })),
  ...['lines', 'markup'].map((way) => ({
    number: 85,
    title: `a log of ${way} is capped and well-formed text`,
    language: 'bash',
    source: '85-log.sh',
    files: { way },
    expected: ['CE'] as const,
    changeLanguage: runAsCompiler,
    checks: way === 'lines' ? [logCapped, logMarksCut] : [logCapped],
    quick: way === 'lines',
  })),
  ...(
    [
      ['python3', '--version'],
      ['python3', '-c print("done")'],
      ['python3', '../etc/passwd'],
      ['java', '-version'],
      ['bash', '-c'],
    ] as const
  ).map(([language, entryPoint]) => ({
    number: 86,
    title: `an entry point that reads like an option is none: ${entryPoint}`,
    language,
    source: { text: 'never started\n' },
    entryPoint,
    expected: ['CE', 'RTE'] as const,
  })),
];
