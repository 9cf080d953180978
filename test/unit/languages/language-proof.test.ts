import { describe, expect, it } from 'vitest';
import { proveLanguages } from '../../../src/languages/language-proof.js';
import type { Language } from '../../../src/judging/language.js';
import { toolchainNames } from '../../../src/sandbox/docker/image-recipes.js';
import { shippedLanguages } from './shipped-languages.js';

const FILE = 'judge.config.yaml';
const shipped = shippedLanguages();
const lua: Language = {
  ...shipped.find(({ id }) => id === 'python3')!,
  id: 'lua',
  aliases: [],
  toolchain: 'lua',
  extensions: ['lua'],
  sourceFile: 'main.lua',
};

function prove(...languages: readonly Language[]) {
  return () => proveLanguages(languages, ['lua'], FILE);
}

describe('proveLanguages', () => {
  it('holds for the table of this repository', async () => {
    proveLanguages(shipped, await toolchainNames('images'), FILE);
  });

  it('accepts a sound entry', () => {
    expect(prove(lua)).not.toThrow();
  });

  it('names the Dockerfile that a toolchain lacks', () => {
    expect(prove({ ...lua, toolchain: 'luajit' })).toThrow(
      'judge.config.yaml: languages.lua.toolchain: there is no images/luajit/Dockerfile; add it, or use one of lua',
    );
  });

  it.each([
    ['an alias that is another id', [lua, { ...lua, id: 'moon', aliases: ['lua'] }]],
    [
      'one alias of two languages',
      [
        { ...lua, aliases: ['l'] },
        { ...lua, id: 'moon', aliases: ['l'] },
      ],
    ],
    ['an alias that is its own id', [{ ...lua, aliases: ['lua'] }]],
  ] as const)('refuses %s', (_, languages) => {
    expect(prove(...languages)).toThrow(/are both called l(ua)?: drop one alias/);
  });

  it('allows several languages the same extension', () => {
    expect(prove(lua, { ...lua, id: 'lua51' })).not.toThrow();
  });

  it.each([
    [{ extensions: ['lua', 'lua'] }, 'extensions: lua stands twice'],
    [{ sourceFile: 'main.py' }, 'source_file: main.py must end in one of the extensions lua'],
    [{ compile: ['luac', '{sources}'] }, 'compile: there is no shell and no search path'],
    [
      { run: ['/usr/bin/lua', '{file}'] },
      'run: {file} is no placeholder here; known: {entry} {memory_mib} {stack_kib}',
    ],
    [
      { compile: ['/usr/bin/luac', '{memory_mib}'] },
      'compile: {memory_mib} is no placeholder here',
    ],
    [
      { version: ['/usr/bin/lua', '{entry}'] },
      'version: {entry} is no placeholder here; known: none',
    ],
    [
      { compile: ['/usr/bin/luac', '-p={sources}'] },
      'compile: {sources} becomes several arguments; let it stand alone, not in -p={sources}',
    ],
    [
      { profile: { ...lua.profile, outOfMemorySigns: [{}] } },
      'profile.out_of_memory_signs: a sign states nothing',
    ],
  ])('refuses %j', (change, message) => {
    expect(prove({ ...lua, ...change })).toThrow(`languages.lua.${message}`);
  });
});

describe('the shipped table', () => {
  it('states the default memory limits of the field', () => {
    const memory = Object.fromEntries(
      shipped.map(({ id, profile }) => [id, profile.memoryBytes / 2 ** 20]),
    );
    expect(memory).toEqual({
      c: 256,
      cpp17: 256,
      cpp20: 256,
      cpp23: 256,
      python3: 128,
      java: 512,
      javascript: 128,
      go: 256,
      bash: 64,
    });
  });

  it('lets no program execute files of its work directory', () => {
    expect(shipped.filter(({ profile }) => profile.executableWork)).toEqual([]);
  });
});
