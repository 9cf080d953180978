import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_COMPARISON,
  type ComparisonOptions,
} from '../../../../src/judging/comparison/comparison-options.js';
import { compare, outcome } from './compare.js';
import { referenceOutcome } from './reference.js';

const space = fc.string({ unit: fc.constantFrom(' ', '\n', '\t', '\r', '\v', '\f'), maxLength: 3 });
const digits = fc.string({ unit: fc.constantFrom('0', '1', '2', '9'), maxLength: 4 });
const number = fc
  .tuple(
    fc.constantFrom('', '', '-', '+'),
    digits,
    fc.constantFrom('', '.'),
    digits,
    fc.constantFrom('', '', 'e1', 'E-2', 'e+20'),
  )
  .map((parts) => parts.join(''));
const word = fc.oneof(
  number,
  fc.string({ unit: fc.constantFrom('a', 'B', 'n', 'N', '\0', '\xff', '.'), maxLength: 4 }),
  fc.constantFrom('nan', 'inf', '-NaN', 'nan(1)'),
);
const longWord = fc
  .integer({ min: 4090, max: 4102 })
  .map((length) => `0.${'7'.repeat(length - 2)}`);
const text = fc
  .array(fc.oneof({ weight: 4, arbitrary: word }, { weight: 4, arbitrary: space }), {
    maxLength: 12,
  })
  .map((parts) => parts.join(''));

/** Output that is near the answer, so that it is often right. */
const pair = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fc.oneof(word, space).map((part) => [part, part] as const) },
      { weight: 1, arbitrary: longWord.map((part) => [part, part] as const) },
      { weight: 1, arbitrary: fc.tuple(space, space) },
      { weight: 1, arbitrary: fc.tuple(number, number) },
      { weight: 1, arbitrary: word.map((part) => [part, part.toUpperCase()] as const) },
      { weight: 1, arbitrary: fc.tuple(fc.constant(''), word) },
      { weight: 1, arbitrary: fc.tuple(longWord, longWord) },
    ),
    { maxLength: 10 },
  )
  .map((parts) => [parts.map(([left]) => left).join(''), parts.map(([, right]) => right).join('')]);

const tolerance = fc.constantFrom(undefined, undefined, 0, 1e-2, 0.5, 1, 10);
const options: fc.Arbitrary<ComparisonOptions> = fc
  .record({
    method: fc.constantFrom('tokens', 'tokens', 'tokens', 'exact', 'lines', 'unordered-lines'),
    caseSensitive: fc.boolean(),
    spaceChangeSensitive: fc.boolean(),
    absolute: tolerance,
    relative: tolerance,
  })
  .map(({ absolute, relative, ...rest }) => ({
    ...rest,
    ...(absolute === undefined ? {} : { floatAbsoluteTolerance: absolute }),
    ...(relative === undefined ? {} : { floatRelativeTolerance: relative }),
  }));

const lengths = fc.array(
  fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 6000 })),
  { minLength: 1, maxLength: 4 },
);
const cuts = fc.record({ answer: lengths, team: lengths });

describe('comparing', () => {
  it('agrees with the rules on whole strings', async () => {
    await fc.assert(
      fc.asyncProperty(pair, options, async ([answer, team], chosen) => {
        expect(await outcome(answer!, team!, chosen)).toBe(
          referenceOutcome(answer!, team!, chosen),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('agrees with them on unlike strings too', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, options, async (answer, team, chosen) => {
        expect(await outcome(answer, team, chosen)).toBe(referenceOutcome(answer, team, chosen));
      }),
      { numRuns: 500 },
    );
  });

  it('gives the same result however the streams are cut', async () => {
    await fc.assert(
      fc.asyncProperty(pair, options, cuts, async ([answer, team], chosen, chosenCuts) => {
        expect(await compare(answer!, team!, chosen, chosenCuts)).toEqual(
          await compare(answer!, team!, chosen),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('accepts the answer itself', async () => {
    await fc.assert(
      fc.asyncProperty(text, options, cuts, async (answer, chosen, chosenCuts) => {
        expect(await compare(answer, answer, chosen, chosenCuts)).toEqual({ accepted: true });
      }),
      { numRuns: 300 },
    );
  });

  it('accepts in both directions or in none, where no tolerance is relative', async () => {
    await fc.assert(
      fc.asyncProperty(pair, options, async ([left, right], chosen) => {
        const { floatRelativeTolerance: _, ...symmetric } = chosen;
        const there = await outcome(left!, right!, symmetric);
        const back = await outcome(right!, left!, symmetric);
        expect(there === 'AC').toBe(back === 'AC');
      }),
      { numRuns: 300 },
    );
  });

  it('never gets stricter by a larger tolerance', async () => {
    await fc.assert(
      fc.asyncProperty(number, number, fc.boolean(), async (answer, team, isAbsolute) => {
        const outcomes = [];
        for (const bound of [0, 1e-9, 1e-2, 0.1, 1, 100]) {
          const chosen = isAbsolute
            ? { floatAbsoluteTolerance: bound }
            : { floatRelativeTolerance: bound };
          outcomes.push((await outcome(answer, team, chosen)) === 'AC');
        }
        expect(outcomes).toEqual([...outcomes].sort((a, b) => Number(a) - Number(b)));
      }),
    );
  });

  it('shows nothing but printable ASCII of bounded length', async () => {
    const anything = fc
      .uint8Array({ maxLength: 300 })
      .map((bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
    await fc.assert(
      fc.asyncProperty(anything, anything, options, async (answer, team, chosen) => {
        const result = await compare(answer, team, { ...DEFAULT_COMPARISON, ...chosen });
        if (result.accepted) return;
        const { expected = '', found = '' } = result.difference;
        expect(expected + found).toMatch(/^[\x20-\x7e…]*$/);
        expect(Math.max(expected.length, found.length)).toBeLessThanOrEqual(4 * 64 + 2);
      }),
    );
  });
});
