import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { JudgeError } from '../../../src/errors.js';
import { readLanguages } from '../../../src/languages/read-languages.js';

const FILE = 'judge.config.yaml';

const ENTRY = `
  name: Lua
  toolchain: lua
  extensions: [lua]
  source_file: main.lua
  compile: [/usr/bin/luac, -p, '{sources}']
  run: [/usr/bin/lua, '/box/{entry}']
  version: [/usr/bin/lua, -v]
`;

function read(profile: string, entry = ENTRY) {
  return readLanguages(parse(`lua:${entry}  profile: ${profile}`), FILE);
}

function problemOf(action: () => unknown): JudgeError {
  try {
    action();
  } catch (error) {
    if (error instanceof JudgeError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('readLanguages', () => {
  it('converts units once, and fills in what an entry leaves out', () => {
    const [lua] = read('{ memory_mib: 64, processes: 8 }');
    expect(lua).toEqual({
      id: 'lua',
      name: 'Lua',
      aliases: [],
      toolchain: 'lua',
      extensions: ['lua'],
      sourceFile: 'main.lua',
      compile: ['/usr/bin/luac', '-p', '{sources}'],
      artifacts: [],
      run: ['/usr/bin/lua', '/box/{entry}'],
      version: ['/usr/bin/lua', '-v'],
      environment: {
        PATH: '/usr/local/bin:/usr/bin:/bin',
        HOME: '/w',
        TMPDIR: '/w',
        LANG: 'C.UTF-8',
      },
      profile: {
        memoryBytes: 64 * 2 ** 20,
        memoryOverheadBytes: 0,
        cpuTimeFactor: 1,
        extraCpuTimeMs: 0,
        processes: 8,
        executableWork: false,
        sharedMemoryBytes: 0,
        outOfMemorySigns: [],
      },
    });
  });

  it('reads every key of a profile', () => {
    const [lua] = read(`{ memory_mib: 64, memory_overhead_mib: 3, cpu_factor: 1.5, extra_cpu_ms: 20,
      processes: 8, stack_mib: 2, address_space_mib: 4, executable_work: true, shared_memory_mib: 1,
      cpu_quota: 0.5, out_of_memory_signs: [{ exit_code: 1, stderr: 'not enough memory' }] }`);
    expect(lua?.profile).toEqual({
      memoryBytes: 64 * 2 ** 20,
      memoryOverheadBytes: 3 * 2 ** 20,
      cpuTimeFactor: 1.5,
      extraCpuTimeMs: 20,
      processes: 8,
      stackBytes: 2 * 2 ** 20,
      addressSpaceBytes: 4 * 2 ** 20,
      executableWork: true,
      sharedMemoryBytes: 2 ** 20,
      cpuQuota: 0.5,
      outOfMemorySigns: [{ exitCode: 1, stderr: 'not enough memory' }],
    });
  });

  it('freezes what it hands out', () => {
    const [lua] = read('{ memory_mib: 64, processes: 8 }');
    expect(Object.isFrozen(lua?.profile)).toBe(true);
    expect(Object.isFrozen(lua?.compile)).toBe(true);
  });

  it.each([
    ['{ memory_mib: 0, processes: 8 }', 'languages.lua.profile.memory_mib must not be less than 1'],
    ['{ memory_mib: .inf, processes: 8 }', 'languages.lua.profile.memory_mib'],
    ['{ memory_mib: .nan, processes: 8 }', 'languages.lua.profile.memory_mib'],
    ['{ memory_mib: "64", processes: 8 }', 'languages.lua.profile.memory_mib'],
    ['{ memory_mib: 64 }', 'languages.lua.profile.processes is missing'],
    ['{ memory_mib: 64, processes: -1 }', 'languages.lua.profile.processes'],
    ['{ memory_mib: 64, processes: 8, cpu_factor: .inf }', 'languages.lua.profile.cpu_factor'],
    [
      '{ memory_mib: 64, processes: 8, memory: 3 }',
      'languages.lua.profile.memory is not a known key',
    ],
    [
      '{ memory_mib: 64, processes: 8, out_of_memory_signs: [{ exit_code: 0 }] }',
      'languages.lua.profile.out_of_memory_signs.0.exit_code',
    ],
    ['3', 'languages.lua.profile must be a mapping'],
  ])('names file and key for the profile %s', (profile, message) => {
    const problem = problemOf(() => read(profile));
    expect(problem.code).toBe('bad-config');
    expect(problem.message).toContain(`${FILE}: ${message}`);
  });

  it.each([
    ['extensions: [lua]', 'extensions: [.lua]', 'languages.lua.extensions'],
    ['extensions: [lua]', 'extensions: []', 'languages.lua.extensions'],
    ['source_file: main.lua', 'source_file: ../main.lua', 'languages.lua.source_file'],
    ['toolchain: lua', 'toolchain: ../lua', 'languages.lua.toolchain'],
    ['name: Lua', '', 'languages.lua.name is missing'],
    ['name: Lua', 'name: Lua\n  artifacts: [a/b]', 'languages.lua.artifacts'],
    [
      'name: Lua',
      'name: Lua\n  environment: { A: 1 }',
      'languages.lua.environment.A must be a text',
    ],
    ['name: Lua', 'name: Lua\n  environment: { "A=B": x }', 'languages.lua.environment.A=B'],
    ['name: Lua', 'name: Lua\n  colour: red', 'languages.lua.colour is not a known key'],
  ])('refuses an entry where %s is %s', (good, bad, message) => {
    const entry = ENTRY.replace(good, bad);
    const problem = problemOf(() => read('{ memory_mib: 64, processes: 8 }', entry));
    expect(problem.message).toContain(`${FILE}: ${message}`);
  });

  it.each([
    [undefined, 'languages must be a mapping'],
    [[], 'languages must be a mapping'],
    [{}, 'languages is empty'],
    [{ Lua: {} }, 'languages.Lua is not an id'],
    [{ lua: 3 }, 'languages.lua must be a mapping'],
  ])('refuses the section %j', (section, message) => {
    expect(problemOf(() => readLanguages(section, FILE)).message).toContain(message);
  });

  it('tells all faults of an entry at once', () => {
    const problem = problemOf(() => read('{ memory_mib: 0, processes: 0 }'));
    expect(problem.details).toHaveLength(1);
  });
});
