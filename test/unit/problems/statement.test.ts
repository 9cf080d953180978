import { describe, expect, it } from 'vitest';
import { readWith } from './package-on-disk.js';

describe('the statement', () => {
  it('is found in both layouts and in the root, with language and format', async () => {
    const { statement } = await readWith({
      'statement/problem.en.md': '',
      'statement/problem.pt-BR.tex': '',
      'statement/picture.png': '',
      'problem_statement/problem.tex': '',
      'problem.pdf': '',
    });
    expect(statement.files.map(({ path, language, format }) => [path, language, format])).toEqual([
      ['statement/problem.en.md', 'en', 'md'],
      ['statement/problem.pt-BR.tex', 'pt-BR', 'tex'],
      ['problem_statement/problem.tex', 'en', 'tex'],
      ['problem.pdf', 'en', 'pdf'],
    ]);
  });

  it('names a legacy problem that problem.yaml does not', async () => {
    const named = { 'problem_statement/problem.tex': '\\problemname{A Sum}\nText\n' };
    expect((await readWith(named)).problem.name).toBe('A Sum');
    expect((await readWith({ ...named, 'problem.yaml': 'name: B' })).problem.name).toBe('B');
    const plain = {
      'problem_statement/problem.sv.tex': '%% plainproblemname: x^2\n\\problemname{$x^2$}',
    };
    expect((await readWith(plain)).problem.name).toBe('x^2');
  });
});
