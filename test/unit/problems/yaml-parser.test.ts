import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../../src/problems/yaml-parser.js';
import { YamlSection } from '../../../src/problems/yaml-section.js';
import { errorOf } from './package-on-disk.js';

const parse = (text: string) =>
  new YamlSection('problem.yaml', '', parseYaml(text, 'problem.yaml'));
const errorIn = (text: string) => errorOf(Promise.resolve().then(() => parse(text)));

describe('a YAML file of a package', () => {
  it('keeps scalars as they are written', () => {
    const yaml = parse('a: 1e-6\nb: 007\nc: no\nd: "2"\ne: 0x1F\nf: 2025-09\n');
    expect(yaml.keys.map((key) => yaml.text(key))).toEqual([
      '1e-6',
      '007',
      'no',
      '2',
      '0x1F',
      '2025-09',
    ]);
  });

  it('may spell booleans in the manner of YAML 1.1', () => {
    const yaml = parse('a: yes\nb: Off\nc: TRUE\nd: maybe\n');
    expect([yaml.boolean('a'), yaml.boolean('b'), yaml.boolean('c')]).toEqual([true, false, true]);
    expect(() => yaml.boolean('d')).toThrow('problem.yaml: d must be true or false');
  });

  it('may be empty, have a space before a colon, and state version 1.1', () => {
    expect(parse('').keys).toEqual([]);
    expect(parse('# nothing\n').keys).toEqual([]);
    expect(parse('validation : custom\n').text('validation')).toBe('custom');
    expect(parse('%YAML 1.1\n---\na: yes\n').boolean('a')).toBe(true);
  });

  it.each([
    ['[a, b]', 'must be a mapping of keys to values'],
    ['just text', 'must be a mapping of keys to values'],
    ['a: 1\na: 2\n', 'a is given twice'],
    ['a: {b: 1, b: 2}', 'b is given twice'],
    ['a: [1', 'is not valid YAML'],
    ['a: 1\n---\nb: 2\n', 'is not valid YAML'],
    ['a:\n\tb: 1\n', 'is not valid YAML'],
    ['a: !!js/function "x"', 'is not valid YAML: Unresolved tag'],
    ['a: !!omap [b: 1]', 'is not valid YAML: Unresolved tag'],
    ['__proto__: {x: 1}', '__proto__ is not allowed as a key'],
    ['<<: {__proto__: {x: 1}}', '__proto__ is not allowed as a key'],
    ['constructor: 1', 'constructor is not allowed as a key'],
    ['? [a, b]\n: 1\n', 'has a key that is no text'],
    ['a: *b', 'uses an anchor that is not there'],
    ['a: '.concat('['.repeat(5000), ']'.repeat(5000)), 'is nested more than 32 deep'],
    ['- '.repeat(30_000), 'is nested more than 32 deep'],
    ['{a: '.repeat(20_000), 'is nested more than 32 deep'],
    ['a: &a [*a]', 'is nested more than 32 deep'],
  ])('is refused when malformed or hostile (%#)', async (text, message) => {
    const start = performance.now();
    expect(await errorIn(text)).toContain(`problem.yaml: ${message}`);
    expect(performance.now() - start).toBeLessThan(1000);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('that aliases blow up is refused', async () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 10; level += 1) {
      const above = `*a${level - 1}`;
      lines.push(`a${level}: &a${level} [${Array.from({ length: 10 }, () => above).join(', ')}]`);
    }
    expect(await errorIn(lines.join('\n'))).toContain('has more than 20000 values');
  });

  it('of many keys is read in linear time', () => {
    const text = Array.from({ length: 9000 }, (_, at) => `key${at}: ${at}`).join('\n');
    const start = performance.now();
    expect(parse(text).keys).toHaveLength(9000);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
