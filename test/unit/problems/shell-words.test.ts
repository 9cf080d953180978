import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitShellWords } from '../../../src/problems/shell-words.js';

describe('shell words', () => {
  it.each<[string, readonly string[]]>([
    ['', []],
    ['  a  b\tc\n', ['a', 'b', 'c']],
    ['float_tolerance 1e-6', ['float_tolerance', '1e-6']],
    [`'a b' "c d" e\\ f`, ['a b', 'c d', 'e f']],
    [`"" ''`, ['', '']],
    [`a'b'"c"`, ['abc']],
    [`"a\\"b\\n"`, ['a"b\\n']],
    [`'a\\'`, ['a\\']],
  ])('%j is %j', (text, words) => {
    expect(splitShellWords(text)).toEqual(words);
  });

  it('of a quotation mark that is not closed are none', () => {
    expect(splitShellWords(`a 'b`)).toBeUndefined();
    expect(splitShellWords(`a "b\\"`)).toBeUndefined();
  });

  it('give back every list of words that was quoted', () => {
    const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        expect(splitShellWords(words.map(quote).join(' '))).toEqual(words);
      }),
    );
  });
});
