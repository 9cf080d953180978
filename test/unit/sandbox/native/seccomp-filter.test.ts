import { describe, expect, it } from 'vitest';
import { compileFilter } from '../../../../src/sandbox/native/seccomp-filter.js';
import {
  SYSCALL_NUMBERS,
  type Architecture,
} from '../../../../src/sandbox/native/syscall-numbers.js';
import { SECCOMP_PROFILE, type SeccompProfile } from '../../../../src/sandbox/seccomp-profile.js';

const ALLOW = 0x7fff_0000;
const ERRNO = 0x0005_0000;
const KILL = 0x8000_0000;
const EPERM = 1;
const ENOSYS = 38;
const AUDIT = { x64: 0xc000_003e, arm64: 0xc000_00b7 } as const;

interface Call {
  readonly number: number;
  readonly architecture?: number;
  readonly args?: readonly number[];
}

/** What the kernel does with a program, for the instructions that filters use. */
function answerTo(program: Uint8Array, { number, architecture, args = [] }: Call): number {
  const view = new DataView(program.buffer, program.byteOffset, program.byteLength);
  const data = new Map([
    [0, number],
    [4, architecture ?? AUDIT.x64],
    ...args.map((value, index) => [16 + 8 * index, value] as const),
  ]);
  let accumulator = 0;
  for (let at = 0; at < program.byteLength / 8; at += 1) {
    const code = view.getUint16(at * 8, true);
    const [ifTrue, ifFalse] = [view.getUint8(at * 8 + 2), view.getUint8(at * 8 + 3)];
    const k = view.getUint32(at * 8 + 4, true);
    if (code === 0x06) return k;
    if (code === 0x20) accumulator = (data.get(k) ?? 0) >>> 0;
    else if (code === 0x54) accumulator = (accumulator & k) >>> 0;
    else if (code === 0x05) at += k;
    else if (code === 0x15) at += accumulator === k ? ifTrue : ifFalse;
    else if (code === 0x35) at += accumulator >= k ? ifTrue : ifFalse;
    else throw new Error(`an instruction ${code} that no filter needs`);
  }
  throw new Error('the program does not end');
}

/** The profile itself, read rule by rule. */
function expected(profile: SeccompProfile, architecture: Architecture, call: Call): number {
  if (call.number >= 0x4000_0000) return ERRNO | ENOSYS;
  for (const { names, action, errnoRet = EPERM, args = [] } of profile.syscalls) {
    const isNamed = names.some((name) => SYSCALL_NUMBERS[architecture].get(name) === call.number);
    const matches = args.every(({ index, op, value, valueTwo = 0 }) => {
      const argument = call.args?.[index] ?? 0;
      if (op === 'SCMP_CMP_EQ') return argument === value;
      if (op === 'SCMP_CMP_NE') return argument !== value;
      return (argument & value) >>> 0 === valueTwo;
    });
    if (isNamed && matches) return action === 'SCMP_ACT_ALLOW' ? ALLOW : ERRNO | errnoRet;
  }
  return ERRNO | EPERM;
}

const ARGUMENTS = [[0], [1], [2], [0x0002_0000], [0x1000_0000], [0x0001_0000], [0x7e02_0000, 5]];

describe.each(['x64', 'arm64'] as const)('the filter for %s', (architecture) => {
  const program = compileFilter(SECCOMP_PROFILE, architecture);
  const own = AUDIT[architecture];

  it('answers every system call as the profile does', () => {
    for (let number = 0; number < 600; number += 1) {
      for (const args of ARGUMENTS) {
        const call = { number, architecture: own, args };
        expect([call, answerTo(program, call)]).toEqual([
          call,
          expected(SECCOMP_PROFILE, architecture, call),
        ]);
      }
    }
  });

  it('kills who uses the calls of another architecture', () => {
    expect(answerTo(program, { number: 1, architecture: 0x4000_0003 })).toBe(KILL);
  });

  it('does not know the numbers of another calling convention', () => {
    for (const number of [0x4000_0000, 0x4000_0001, 0xffff_ffff]) {
      expect(answerTo(program, { number, architecture: own })).toBe(ERRNO | ENOSYS);
    }
  });

  it('decides after few steps, and is short', () => {
    expect(program.byteLength / 8).toBeLessThan(300);
  });
});

it('knows the number of every system call that the profile names, on one architecture at least', () => {
  // Names of 32-bit calls, which Docker knows too, and which cannot be made from here.
  const foreign = new Set(
    (
      '_llseek _newselect fadvise64_64 fcntl64 fstat64 fstatat64 fstatfs64 ftruncate64 ' +
      'futex_time64 lstat64 mmap2 sendfile64 sigreturn stat64 statfs64 truncate64 ugetrlimit waitpid'
    ).split(' '),
  );
  const named = SECCOMP_PROFILE.syscalls.flatMap(({ names }) => names);
  const unknown = named.filter(
    (name) => !SYSCALL_NUMBERS.x64.has(name) && !SYSCALL_NUMBERS.arm64.has(name),
  );
  expect(new Set(unknown)).toEqual(foreign);
});

it('refuses a rule that it cannot compile', () => {
  const argument = { index: 0, op: 'SCMP_CMP_EQ', value: 1 } as const;
  const profile: SeccompProfile = {
    ...SECCOMP_PROFILE,
    syscalls: [{ names: ['read'], action: 'SCMP_ACT_ALLOW', args: [argument, argument] }],
  };
  expect(() => compileFilter(profile, 'x64')).toThrow('two arguments');
});
