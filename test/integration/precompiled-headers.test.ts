import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Compilation } from '../../src/judging/compilation.js';
import { FORMATTING_PROGRAM, LIBRARY_PROGRAMS, WRONG_PROGRAMS } from './precompiled-programs.js';
import { programOf, registry, ToolchainLab } from './toolchain-lab.js';

const HEADER = '#include <bits/stdc++.h>\n';
/** GCC takes no precompiled header after a declaration. */
const REAL_HEADER = `int declared_before;\n${HEADER}`;
/** Of the functions of a program, those that GCC must make beside its own. */
const MOST_FUNCTIONS = 100;

let lab: ToolchainLab;

beforeAll(async () => {
  lab = await ToolchainLab.open();
});

afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

function compile(id: string, source: string, ...flags: readonly string[]): Promise<Compilation> {
  const language = registry.get(id);
  const program = programOf(id, { 'a.cpp': source });
  return lab.compile({
    ...program,
    language: { ...language, compile: [...language.compile, ...flags] },
  });
}

async function outputOf(id: string, source: string): Promise<string> {
  const { verdict, stdout } = await lab.judge(programOf(id, { 'a.cpp': source }));
  expect(verdict).toBeUndefined();
  return stdout;
}

describe.each(['cpp17', 'cpp20', 'cpp23'])('the precompiled headers of %s', (id) => {
  it.each(['bits/stdc++.h', 'iostream'])('are taken for %s', async (header) => {
    const source = `#include <${header}>\nint main() {}\n`;
    const { log } = await compile(id, source, '-H', '-Winvalid-pch');
    expect(log.split('\n')).toContain(`! /minos/pch/${id.replace('cpp', 'c++')}/${header}.gch`);
    expect(log).not.toContain('[-Winvalid-pch]');
  });

  it('leave nothing to be instantiated in each program', async () => {
    const { log } = await compile(id, `${HEADER}int main() {}\n`, '-fdump-tree-original=stderr');
    const functions = log.match(/^;; Function .*/gm) ?? [];
    expect(functions).toContainEqual(expect.stringContaining('int main()'));
    expect(functions.length).toBeLessThan(MOST_FUNCTIONS);
  });

  it('may be included twice, and after others', async () => {
    const twice = `${HEADER}${HEADER}#include <iostream>\nint main() { std::cout << "ok"; }\n`;
    expect(await outputOf(id, twice)).toBe('ok');
    const after = `#include <vector>\n#include <iostream>\n${HEADER}int main() { std::cout << "ok"; }\n`;
    expect(await outputOf(id, after)).toBe('ok');
  });

  it.each(Object.entries(LIBRARY_PROGRAMS))('change nothing for %s', async (_, source) => {
    const output = await outputOf(id, HEADER + source);
    expect(output).not.toBe('');
    expect(output).toBe(await outputOf(id, REAL_HEADER + source));
  });

  it.each(Object.entries(WRONG_PROGRAMS))('do not let compile %s', async (_, source) => {
    const compilation = await compile(id, HEADER + source);
    expect(compilation.kind).toBe('failed');
    expect(compilation.log).toContain('error: ');
    expect(compilation.log).not.toContain('internal compiler error');
  });
});

describe.each(['cpp20', 'cpp23'])('formatting in %s', (id) => {
  it('prints what it does without the precompiled header', async () => {
    const output = await outputOf(id, HEADER + FORMATTING_PROGRAM);
    expect(output).toContain('00042 2.500 text 3\n0x7\n1234567\n01:15\n');
    expect(output).toBe(await outputOf(id, REAL_HEADER + FORMATTING_PROGRAM));
  });
});
