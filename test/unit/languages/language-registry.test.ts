import { describe, expect, it } from 'vitest';
import { JudgeError } from '../../../src/errors.js';
import { LanguageRegistry } from '../../../src/languages/language-registry.js';
import { shippedLanguages } from './shipped-languages.js';

const registry = new LanguageRegistry(shippedLanguages());

describe('LanguageRegistry', () => {
  it.each([
    ['c', 'c'],
    ['cpp', 'cpp20'],
    ['c++', 'cpp20'],
    ['CPP23', 'cpp23'],
    ['py', 'python3'],
    ['python', 'python3'],
    ['js', 'javascript'],
    ['node', 'javascript'],
    ['nodejs', 'javascript'],
    ['golang', 'go'],
    ['sh', 'bash'],
    ['shell', 'bash'],
    ['java', 'java'],
  ])('knows %s as %s', (name, id) => {
    expect(registry.get(name).id).toBe(id);
  });

  it('lists the known languages when asked for another', () => {
    try {
      registry.get('brainfuck');
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(JudgeError);
      expect((error as JudgeError).code).toBe('unknown-language');
      expect((error as JudgeError).message).toBe('there is no language "brainfuck"');
      expect((error as JudgeError).details.join('\n')).toContain('cpp20, cpp, c++: .cpp .cc');
    }
  });

  it('finds nothing under names that every object has', () => {
    expect(registry.find('constructor')).toBeUndefined();
    expect(registry.find('__proto__')).toBeUndefined();
  });

  it.each([
    [['a.c'], 'c'],
    [['a.C'], 'cpp20'],
    [['a.cc'], 'cpp20'],
    [['a.cxx'], 'cpp20'],
    [['a.c++'], 'cpp20'],
    [['dir.py/a.cpp'], 'cpp20'],
    [['MAIN.PY'], 'python3'],
    [['a.h', 'a.cpp', 'b.hpp'], 'cpp20'],
    [['data.txt', 'main.go'], 'go'],
    [['util.mjs', 'main.js'], 'javascript'],
    [['run.sh'], 'bash'],
    [['Main.java', 'Other.java'], 'java'],
  ])('takes %j for %s', (names, id) => {
    expect(registry.detect(names).id).toBe(id);
  });

  it.each([
    [[], 'no language has files like (no file)'],
    [['a.h'], 'no language has files like a.h'],
    [['README'], 'no language has files like README'],
    [['.py'], 'no language has files like .py'],
    [['a.py', 'b.c'], 'the files are of several languages (python3, c): state one'],
  ])('does not guess the language of %j', (names, message) => {
    expect(() => registry.detect(names)).toThrow(message);
  });
});
