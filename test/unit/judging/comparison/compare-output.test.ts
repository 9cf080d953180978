import { describe, expect, it } from 'vitest';
import { DEFAULT_COMPARISON } from '../../../../src/judging/comparison/comparison-options.js';
import { compareOutput } from '../../../../src/judging/comparison/compare-output.js';
import { sourceOf, type ByteSource } from '../../../../src/judging/bytes.js';
import { bytesOf, compare, outcome } from './compare.js';

const SPACES = ' \t\n\v\f\r';

describe('tokens', () => {
  it.each([
    ['white space of any kind and amount is ignored', '1 2\n3\n', `\r\n1${SPACES}2 3`],
    ['ASCII case is folded', 'YES no', 'yes NO'],
    ['nothing and white space are both nothing', '', ' \n'],
    ['text without white space at its end', 'a', 'a\n\n'],
  ])('accepts: %s', async (_claim, answer, team) => {
    expect(await outcome(answer, team)).toBe('AC');
  });

  it.each([
    ['another word', '1 2 3', '1 2 4', 'wrong'],
    ['one token too few', '1 2 3', '1 2', 'wrong'],
    ['one token too many', '1 2', '1 2 3', 'wrong'],
    ['two tokens written as one', '1 2', '12', 'wrong'],
    ['output where none is expected', '', 'x', 'wrong'],
    ['no output', '1', '', 'no-output'],
    ['only white space', '1', ' \n\n', 'no-output'],
    ['a word with NUL and more behind it', 'hello', 'hello\0junk', 'wrong'],
    ['a word with NUL at its end', 'hello', 'hello\0', 'wrong'],
    ['NUL as white space', '1 2', '1\x002', 'wrong'],
    ['a no-break space as white space', '1 2', '1\xa02', 'wrong'],
    ['case of letters that are not ASCII', '\xc3\xa9', '\xc3\x89', 'wrong'],
    ['[ for {, which are 32 apart', '{', '[', 'wrong'],
    ['a byte order mark', '1', '\xef\xbb\xbf1', 'wrong'],
    ['numbers that are equal only as numbers, without a tolerance', '1.0', '1', 'wrong'],
  ])('rejects %s', async (_claim, answer, team, reason) => {
    expect(await outcome(answer, team)).toBe(reason);
  });

  it('compares case when told to', async () => {
    expect(await outcome('Yes', 'yes', { caseSensitive: true })).toBe('wrong');
    expect(await outcome('Yes', 'Yes', { caseSensitive: true })).toBe('AC');
  });

  it('tells every byte from every other', async () => {
    for (let byte = 0; byte < 256; byte += 1) {
      const character = String.fromCharCode(byte);
      const same = await outcome(`a${character}b`, `a${character}b`, { caseSensitive: true });
      expect(same, `byte ${byte}`).toBe('AC');
      if (SPACES.includes(character)) continue;
      const other = String.fromCharCode(byte ^ 0x80);
      expect(
        await outcome(`a${character}b`, `a${other}b`, { caseSensitive: true }),
        `byte ${byte}`,
      ).toBe('wrong');
    }
  });
});

describe('white space that counts', () => {
  const options = { spaceChangeSensitive: true };

  it.each([
    ['a blank more', '1 2\n', '1  2\n'],
    ['a blank in front', '1', ' 1'],
    ['no newline at the end', '1\n', '1'],
    ['a newline too many at the end', '1\n', '1\n\n'],
    ['a tab for a blank', '1 2', '1\t2'],
    ['a carriage return', '1\n2\n', '1\r\n2\r\n'],
    ['white space where nothing is expected', '', '\n'],
    ['nothing where white space is expected', '\n', ''],
  ])('is a presentation error: %s', async (_claim, answer, team) => {
    expect(await outcome(answer, team, options)).toBe('presentation');
    expect(await outcome(answer, team)).toBe('AC');
  });

  it('is no presentation error where tokens differ too, before or behind', async () => {
    expect(await outcome('1 2 3', '1  2 4', options)).toBe('wrong');
    expect(await outcome('1 2 3', '4 2  3', options)).toBe('wrong');
    expect(await outcome('1 2 3', '1\t2', options)).toBe('wrong');
    expect(await outcome('1 2', '12', options)).toBe('wrong');
    expect(await outcome('1\n', '\n', options)).toBe('no-output');
  });

  it('leaves case and tolerance alone', async () => {
    expect(await outcome('Yes\n', 'yes\n', options)).toBe('AC');
    const tolerant = { ...options, floatAbsoluteTolerance: 0.1 };
    expect(await outcome('1.0 2\n', '1 2.05\n', tolerant)).toBe('AC');
    expect(await outcome('1.0 2\n', '1  2.05\n', tolerant)).toBe('presentation');
  });
});

describe('exact', () => {
  const options = { method: 'exact' } as const;

  it('accepts equal bytes only', async () => {
    expect(await outcome('a \0\xff\r\n', 'a \0\xff\r\n', options)).toBe('AC');
    expect(await outcome('a', 'A', options)).toBe('wrong');
    expect(await outcome('a b', 'a  b', options)).toBe('presentation');
    expect(await outcome('a\n', 'a', options)).toBe('presentation');
    expect(await outcome('', '', options)).toBe('AC');
  });

  it('knows no tolerance', async () => {
    expect(await outcome('1.0', '1.00', { ...options, floatAbsoluteTolerance: 1 })).toBe('wrong');
  });
});

describe('lines', () => {
  const options = { method: 'lines' } as const;

  it.each([
    ['blanks at line ends', 'a b\nc\n', 'a b \t\nc  \n'],
    ['carriage returns at line ends', 'a b\nc\n', 'a b\r\nc\r\n'],
    ['no newline at the end', 'a\n', 'a'],
    ['empty lines at the end', 'a', 'a\n \n\n'],
    ['a blank line for an empty one', 'a\n\nb', 'a\n  \nb'],
    ['leading blanks that are the same', '  a\n\t b', '  a\n\t b'],
    ['another case', 'A', 'a'],
    ['nothing for nothing', '\n', ''],
  ])('accepts: %s', async (_claim, answer, team) => {
    expect(await outcome(answer, team, options)).toBe('AC');
  });

  it.each([
    ['a blank in front', 'a', ' a'],
    ['an empty line in front', 'a', '\na'],
    ['an empty line between', 'a\nb', 'a\n\nb'],
    ['two blanks between words', 'a b', 'a  b'],
    ['a newline for a blank', 'a b', 'a\nb'],
    ['indentation by a tab', 'a\n  b', 'a\n\tb'],
    ['a carriage return between words', 'a b', 'a\rb'],
  ])('says presentation error: %s', async (_claim, answer, team) => {
    expect(await outcome(answer, team, options)).toBe('presentation');
  });

  it('says wrong where words differ', async () => {
    expect(await outcome('a\nb', 'a\nc', options)).toBe('wrong');
    expect(await outcome('a\nb', ' a\nc', options)).toBe('wrong');
    expect(await outcome('a', '\n', options)).toBe('no-output');
  });

  it('keeps at most 64 KiB of blanks before a word', async () => {
    const line = (blanks: number) => `a${' '.repeat(blanks)}b`;
    expect(await outcome(line(65536), line(65536), options)).toBe('AC');
    expect(await outcome(line(65536), line(65535), options)).toBe('presentation');
    expect(await outcome(line(65537), line(65537), options)).toBe('presentation');
    expect(await outcome('a\nb', `a${' '.repeat(100_000)}\nb`, options)).toBe('AC');
  });
});

describe('unordered lines', () => {
  const options = { method: 'unordered-lines' } as const;

  it.each([
    ['another order', 'a b\nc\nd\n', 'd\na b\nc'],
    ['blanks at line ends and empty lines', 'a\nb\n', '\nb  \n\n a'.replace(' a', 'a\r\n')],
    ['lines that come twice', 'a\na\nb', 'a\nb\na'],
    ['another case', 'A\nb', 'B\na'],
    ['nothing for nothing', '\n', ''],
  ])('accepts: %s', async (_claim, answer, team) => {
    expect(await outcome(answer, team, options)).toBe('AC');
  });

  it.each([
    ['a line too few', 'a\nb', 'b', 'wrong'],
    ['a line too many', 'a', 'a\nb', 'wrong'],
    ['a line too often', 'a\nb', 'a\na', 'wrong'],
    ['bytes swapped between lines', 'ab\ncd', 'ad\ncb', 'wrong'],
    ['other white space in a line', 'a b', 'a  b', 'wrong'],
    ['a blank in front', 'a', ' a', 'wrong'],
    ['a line that goes on behind many blanks', 'a', `a${' '.repeat(9000)}b`, 'wrong'],
    ['no output', 'a', '\n\n', 'no-output'],
  ])('rejects %s', async (_claim, answer, team, reason) => {
    expect(await outcome(answer, team, options)).toBe(reason);
  });

  it('compares case when told to', async () => {
    expect(await outcome('A', 'a', { ...options, caseSensitive: true })).toBe('wrong');
  });

  it('says which line is not in the answer, or which one is missing', async () => {
    expect(await compare('a\nb\nc', 'c\n\nx\n', options)).toEqual({
      accepted: false,
      reason: 'wrong',
      difference: { line: 3, byteOffset: 3, found: 'x' },
    });
    expect(await compare('a\nb\nc', 'c\nb\n', options)).toEqual({
      accepted: false,
      reason: 'wrong',
      difference: { line: 3, byteOffset: 4, expected: 'a' },
    });
  });

  it('accepts long lines, and keeps no more of a longer one than the answer has', async () => {
    const long = 'x'.repeat(20_000);
    expect(await outcome(`${long}\na`, `a\n${long}   `, options)).toBe('AC');
    expect(await outcome(`${long}\na`, `a\n${long}x`, options)).toBe('wrong');
  });
});

describe('the first difference', () => {
  const differenceOf = async (...of: Parameters<typeof compare>) => {
    const result = await compare(...of);
    return result.accepted ? undefined : result.difference;
  };

  it('names line, token and offset of the team output', async () => {
    expect(await differenceOf('1 2\n3 4 5\n6 7 8\n', '1 2\n\n3 4 5\n6 9 8\n')).toEqual({
      line: 4,
      token: 2,
      byteOffset: 13,
      expected: '7',
      found: '9',
    });
  });

  it('counts lines of the part that is the same', async () => {
    const same = '12 34 56\n'.repeat(1000);
    expect(await differenceOf(`${same}1 2 3\n`, `${same}1 2 4\n`)).toEqual({
      line: 1001,
      token: 3,
      byteOffset: 9004,
      expected: '3',
      found: '4',
    });
  });

  it('says where output ended too early, and what came too much', async () => {
    expect(await differenceOf('1\n2\n', '1\n')).toEqual({
      line: 2,
      token: 1,
      byteOffset: 2,
      expected: '2',
    });
    expect(await differenceOf('1\n', '1 2\n')).toEqual({
      line: 1,
      token: 2,
      byteOffset: 2,
      found: '2',
    });
  });

  it('shows white space that differs', async () => {
    const options = { spaceChangeSensitive: true };
    expect(await differenceOf('1 2\n3', '1 2\t3', options)).toEqual({
      line: 1,
      byteOffset: 3,
      expected: '\\n',
      found: '\\t',
    });
    expect(await differenceOf('1\n', '1', options)).toEqual({
      line: 1,
      byteOffset: 1,
      expected: '\\n',
    });
    expect(await differenceOf('a\n\n b', 'a  \n\tb', { method: 'lines' })).toEqual({
      line: 2,
      byteOffset: 5,
      expected: '\\n\\n ',
      found: '\\n\\t',
    });
  });

  it('escapes what a terminal or a page could act on', async () => {
    const difference = await differenceOf('é', '\x1b[31m\0\xe2\x80\xae\\<b>\x7f');
    expect(difference?.found).toBe('\\x1b[31m\\x00\\xe2\\x80\\xae\\\\<b>\\x7f');
    expect(difference?.expected).toBe('\\xe9');
  });

  it('shows 64 bytes of a long token, around the difference', async () => {
    const difference = await differenceOf('0'.repeat(4000), `${'0'.repeat(2000)}1`);
    expect(difference?.expected).toBe(`…${'0'.repeat(64)}…`);
    expect(difference?.found).toBe(`…${'0'.repeat(24)}1`);
    const longer = await differenceOf('0'.repeat(9000), `${'0'.repeat(8000)}1`);
    expect(longer).toEqual({
      line: 1,
      token: 1,
      byteOffset: 0,
      expected: `${'0'.repeat(64)}…`,
      found: `${'0'.repeat(64)}…`,
    });
  });
});

describe('tokens too long to keep', () => {
  const long = 'ab'.repeat(50_000);

  it('are compared whole all the same', async () => {
    expect(await outcome(`1 ${long} 2`, `1 ${long.toUpperCase()}\n2`)).toBe('AC');
    expect(await outcome(long, `${long}a`)).toBe('wrong');
    expect(await outcome(`${long}a`, long)).toBe('wrong');
    expect(await outcome(long, `${long.slice(0, -1)}c`)).toBe('wrong');
    expect(await outcome(long, long.toUpperCase(), { caseSensitive: true })).toBe('wrong');
    expect(await outcome(`${long} 1`, `${long} 2`)).toBe('wrong');
    expect(await outcome(long, 'ab')).toBe('wrong');
    expect(await outcome('ab', long)).toBe('wrong');
    expect(await outcome('', long)).toBe('wrong');
    expect(await outcome(long, '')).toBe('no-output');
  });
});

describe('the stream', () => {
  /** Counts what is read of it, and whether it is closed. */
  function observed(bytes: Uint8Array, chunkBytes: number) {
    const seen = { reads: 0, chunks: 0, closed: 0 };
    const source: ByteSource = {
      sizeBytes: bytes.byteLength,
      async *read() {
        seen.reads += 1;
        try {
          for (let at = 0; at < bytes.byteLength; at += chunkBytes) {
            seen.chunks += 1;
            yield bytes.subarray(at, at + chunkBytes);
          }
        } finally {
          seen.closed += 1;
        }
      },
    };
    return { seen, source };
  }

  it('reads the answer no faster than the output comes', async () => {
    const { seen, source } = observed(bytesOf('1 2 3 4 5 6 7 8 9 '), 2);
    const comparison = compareOutput(source, DEFAULT_COMPARISON);
    await comparison.write(bytesOf('1 2 3 '));
    expect(seen.chunks).toBe(3);
    expect(comparison.write(bytesOf('4 '))).toBeInstanceOf(Promise);
  });

  it('costs no promise while the answer is at hand', async () => {
    const comparison = compareOutput(sourceOf(bytesOf('1 2 3 4')), DEFAULT_COMPARISON);
    await comparison.write(bytesOf('1 '));
    expect(comparison.write(bytesOf('2 '))).toBeUndefined();
  });

  it('stops reading the answer once the output is wrong, and takes the rest for nothing', async () => {
    const { seen, source } = observed(bytesOf('1 2 3 4 5 6 7 8 9 '), 2);
    const comparison = compareOutput(source, DEFAULT_COMPARISON);
    await comparison.write(bytesOf('1 3 '));
    expect(seen).toEqual({ reads: 1, chunks: 2, closed: 1 });
    expect(comparison.write(bytesOf('9 9 9'))).toBeUndefined();
    expect(await comparison.finish()).toMatchObject({ accepted: false, reason: 'wrong' });
  });

  it('closes the answer when it accepts and when it is given up', async () => {
    const accepted = observed(bytesOf('1 2'), 1);
    const comparison = compareOutput(accepted.source, DEFAULT_COMPARISON);
    await comparison.write(bytesOf('1 2'));
    expect(await comparison.finish()).toEqual({ accepted: true });
    expect(accepted.seen.closed).toBe(1);

    const givenUp = observed(bytesOf('1 2'), 1);
    await using other = compareOutput(givenUp.source, DEFAULT_COMPARISON);
    await other.write(bytesOf('1'));
    await other[Symbol.asyncDispose]();
    expect(givenUp.seen.closed).toBe(1);
  });

  it('passes on that the answer cannot be read', async () => {
    const source: ByteSource = {
      sizeBytes: 1,
      // eslint-disable-next-line require-yield
      async *read() {
        throw new Error('gone');
      },
    };
    const comparison = compareOutput(source, DEFAULT_COMPARISON);
    await expect(comparison.write(bytesOf('1'))).rejects.toThrow('gone');
  });
});
