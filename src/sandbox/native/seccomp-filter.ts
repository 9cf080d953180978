import type { SeccompArgument, SeccompProfile } from '../seccomp-profile.js';
import { SYSCALL_NUMBERS, type Architecture } from './syscall-numbers.js';

/*
 * Compiles the container's seccomp profile, which Docker gets as JSON, to the program that the kernel
 * runs at every system call (classic BPF; linux/filter.h, linux/seccomp.h):
 *
 *   another architecture? kill ─► number ─► binary search over ranges of equal answers ─► answer
 *
 * Neighbouring numbers with the same answer are one range, so the search is short: loading the filter
 * is a part of every start of a container, and its length is what it costs. Rules with arguments are
 * tried in their order, and the first that matches answers, as in libseccomp.
 */

interface Instruction {
  readonly code: number;
  readonly ifTrue: number;
  readonly ifFalse: number;
  readonly k: number;
}

const LOAD = 0x20;
const JUMP = 0x05;
const JUMP_IF_EQUAL = 0x15;
const JUMP_IF_AT_LEAST = 0x35;
const AND = 0x54;
const RETURN = 0x06;

const RETURN_ALLOW = 0x7fff_0000;
const RETURN_ERRNO = 0x0005_0000;
const RETURN_KILL_PROCESS = 0x8000_0000;
const EPERM = 1;
const ENOSYS = 38;

/** Offsets in struct seccomp_data. */
const NUMBER_AT = 0;
const ARCHITECTURE_AT = 4;
const ARGUMENTS_AT = 16;

const AUDIT_ARCHITECTURE: Readonly<Record<Architecture, number>> = {
  x64: 0xc000_003e,
  arm64: 0xc000_00b7,
};
/** Numbers from here on are another calling convention of the same processor (x32). */
const FOREIGN_NUMBERS_FROM = 0x4000_0000;

interface Case {
  readonly args: readonly SeccompArgument[];
  readonly answer: number;
}
/** What is answered to a system call: the first case that matches, else the default. */
type Answer = readonly Case[];

/** The program as the kernel takes it: 8 bytes for each instruction, in the machine's byte order. */
export function compileFilter(profile: SeccompProfile, architecture: Architecture): Uint8Array {
  const program = [
    load(ARCHITECTURE_AT),
    { code: JUMP_IF_EQUAL, ifTrue: 1, ifFalse: 0, k: AUDIT_ARCHITECTURE[architecture] },
    answerWith(RETURN_KILL_PROCESS),
    load(NUMBER_AT),
    ...search(rangesOf(profile, SYSCALL_NUMBERS[architecture])),
  ];
  return encode(program);
}

interface Range {
  readonly first: number;
  readonly answer: Answer;
}

function rangesOf(profile: SeccompProfile, numbers: ReadonlyMap<string, number>): Range[] {
  const answers = new Map<number, Case[]>();
  for (const { names, action, errnoRet, args = [] } of profile.syscalls) {
    const answer = action === 'SCMP_ACT_ALLOW' ? RETURN_ALLOW : RETURN_ERRNO | (errnoRet ?? EPERM);
    for (const name of names) {
      const number = numbers.get(name);
      if (number === undefined) continue;
      answers.set(number, [...(answers.get(number) ?? []), { args, answer }]);
    }
  }
  const last = Math.max(...answers.keys());
  const ranges: Range[] = [];
  for (let number = 0; number <= last; number += 1) {
    const answer = answers.get(number) ?? REFUSED;
    if (!sameAnswer(ranges.at(-1)?.answer, answer)) ranges.push({ first: number, answer });
  }
  ranges.push({ first: last + 1, answer: REFUSED });
  ranges.push({ first: FOREIGN_NUMBERS_FROM, answer: UNKNOWN });
  return ranges;
}

const REFUSED: Answer = [{ args: [], answer: RETURN_ERRNO | EPERM }];
const UNKNOWN: Answer = [{ args: [], answer: RETURN_ERRNO | ENOSYS }];

function sameAnswer(a: Answer | undefined, b: Answer): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function search(ranges: readonly Range[]): Instruction[] {
  const middle = ranges[ranges.length >> 1];
  if (middle === undefined || ranges.length === 1) return decide(ranges[0]?.answer ?? REFUSED);
  const below = search(ranges.slice(0, ranges.length >> 1));
  const above = search(ranges.slice(ranges.length >> 1));
  if (below.length < 256) {
    return [
      { code: JUMP_IF_AT_LEAST, ifTrue: below.length, ifFalse: 0, k: middle.first },
      ...below,
      ...above,
    ];
  }
  // A conditional jump reaches 255 instructions; an unconditional one any number.
  return [
    { code: JUMP_IF_AT_LEAST, ifTrue: 0, ifFalse: 1, k: middle.first },
    { code: JUMP, ifTrue: 0, ifFalse: 0, k: below.length },
    ...below,
    ...above,
  ];
}

/** Each case skips its own answer where its argument does not match. */
function decide([first, ...others]: Answer): Instruction[] {
  if (first === undefined) return [answerWith(RETURN_ERRNO | EPERM)];
  const [argument, second] = first.args;
  if (argument === undefined) return [answerWith(first.answer)];
  if (second !== undefined) throw new RangeError('a rule of the profile has two arguments');
  return [...test(argument), answerWith(first.answer), ...decide(others)];
}

/**
 * The next instruction is skipped unless the argument matches. Looks at its low half: of the arguments
 * that the profile names, the kernel itself looks at no more.
 */
function test({ index, op, value, valueTwo = 0 }: SeccompArgument): Instruction[] {
  const argument = load(ARGUMENTS_AT + 8 * index);
  switch (op) {
    case 'SCMP_CMP_EQ':
      return [argument, { code: JUMP_IF_EQUAL, ifTrue: 0, ifFalse: 1, k: value }];
    case 'SCMP_CMP_NE':
      return [argument, { code: JUMP_IF_EQUAL, ifTrue: 1, ifFalse: 0, k: value }];
    case 'SCMP_CMP_MASKED_EQ':
      return [
        argument,
        { code: AND, ifTrue: 0, ifFalse: 0, k: value },
        { code: JUMP_IF_EQUAL, ifTrue: 0, ifFalse: 1, k: valueTwo },
      ];
  }
}

function load(at: number): Instruction {
  return { code: LOAD, ifTrue: 0, ifFalse: 0, k: at };
}

function answerWith(value: number): Instruction {
  return { code: RETURN, ifTrue: 0, ifFalse: 0, k: value >>> 0 };
}

function encode(program: readonly Instruction[]): Uint8Array {
  const bytes = Buffer.alloc(program.length * 8);
  program.forEach(({ code, ifTrue, ifFalse, k }, index) => {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(ifTrue, index * 8 + 2);
    bytes.writeUInt8(ifFalse, index * 8 + 3);
    bytes.writeUInt32LE(k >>> 0, index * 8 + 4);
  });
  return bytes;
}
