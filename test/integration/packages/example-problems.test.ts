import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.js';
import { LanguageRegistry } from '../../../src/languages/language-registry.js';
import { readLanguages } from '../../../src/languages/read-languages.js';
import type { ProblemPackage } from '../../../src/problems/problem-package.js';
import { readPackage } from '../../../src/problems/read-package.js';

const PROBLEMS = resolve(import.meta.dirname, '../../../problems');
const config = loadConfig(resolve(PROBLEMS, '../judge.config.yaml'));
const languages = new LanguageRegistry(readLanguages(config.languages, config.file));
const names = readdirSync(PROBLEMS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

function read(name: string): Promise<ProblemPackage> {
  return readPackage(join(PROBLEMS, name), { languages, defaultLimits: config.limits });
}

describe.each(names)('the example problem %s', (name) => {
  it('states nothing that is not honoured, and has all its parts', async () => {
    const { problem, statement, notices } = await read(name);
    expect(notices).toEqual([]);
    expect(problem.id).toBe(name);
    expect(statement.files).not.toEqual([]);
    for (const visibility of ['sample', 'secret']) {
      expect(problem.testCases.some((testCase) => testCase.visibility === visibility)).toBe(true);
    }
    for (const { input, answer } of problem.testCases) {
      expect(input.sizeBytes + answer.sizeBytes).toBeGreaterThan(0);
    }
  });

  it('has submissions that are accepted and such that are not, each with an expectation', async () => {
    const { exampleSubmissions } = await read(name);
    expect(exampleSubmissions.some(({ expected }) => expected.includes('AC'))).toBe(true);
    expect(exampleSubmissions.some(({ expected }) => !expected.includes('AC'))).toBe(true);
    for (const { expected, files } of exampleSubmissions) {
      expect(expected.length).toBeGreaterThan(0);
      expect(files.length).toBeGreaterThan(0);
    }
  });

  it('has the same hash however often it is read', async () => {
    expect((await read(name)).packageHash).toBe((await read(name)).packageHash);
  });
});

describe('the example problems together', () => {
  it('exercise every language of the table and every verdict of a submission', async () => {
    const examples = (await Promise.all(names.map(read))).flatMap((found) => [
      ...found.exampleSubmissions,
    ]);
    const accepted = examples.filter(({ expected }) => expected.includes('AC'));
    const used = new Set(accepted.map(({ language }) => language.id));
    expect(languages.languages.map(({ id }) => id).filter((id) => !used.has(id))).toEqual([]);
    const verdicts = new Set(examples.flatMap(({ expected }) => expected));
    for (const verdict of ['AC', 'WA', 'TLE', 'MLE', 'OLE', 'RTE', 'CE']) {
      expect(verdicts).toContain(verdict);
    }
  });

  it('have a custom output validator, fifty cases, large inputs and a computed limit among them', async () => {
    const packages = await Promise.all(names.map(read));
    const cases = packages.flatMap(({ problem }) => [...problem.testCases]);
    expect(packages.some(({ problem }) => problem.validator.kind === 'programs')).toBe(true);
    expect(packages.some(({ problem }) => problem.testCases.length >= 50)).toBe(true);
    expect(cases.some(({ input }) => input.sizeBytes >= 20_000_000)).toBe(true);
    expect(packages.some(({ timeLimit }) => timeLimit.kind === 'computed')).toBe(true);
  });
});
