import { describe, expect, it } from 'vitest';
import { fillCommand } from '../../../src/judging/command.js';
import { entryPoint, sourcesOf } from '../../../src/judging/entry-point.js';
import { runLimits } from '../../../src/judging/limits.js';
import type { Program } from '../../../src/judging/submission.js';
import { file, problem, TOY_LANGUAGE } from '../../fakes/sample-problem.js';

const limits = runLimits(problem([]).limits, TOY_LANGUAGE.profile);

function program(...names: string[]): Program {
  return { language: TOY_LANGUAGE, files: names.map((name) => file(name)) };
}

describe('the command of a language', () => {
  it('gets one argument for each source file, headers left out', () => {
    const command = fillCommand(
      ['/bin/check', '{sources}'],
      program('b.toy', 'a.toy', 'x.h'),
      limits,
    );
    expect(command).toEqual(['/bin/check', '/box/a.toy', '/box/b.toy']);
  });

  it('gets the memory of the problem, without the overhead of the runtime', () => {
    expect(fillCommand(TOY_LANGUAGE.run, program('main.toy'), limits)).toEqual([
      '/bin/toy',
      '-m64',
      '/box/main.toy',
    ]);
  });

  it('keeps shell braces that are no placeholder, and file names with spaces in one argument', () => {
    const command = fillCommand(['${x}', '{unknown}', '{sources}'], program('a b.toy'), limits);
    expect(command).toEqual(['${x}', '{unknown}', '/box/a b.toy']);
  });
});

describe('the entry point', () => {
  it('is the named one, else the usual name, else __main__, else the source given first', () => {
    expect(entryPoint({ ...program('a.toy', 'main.toy'), entryPoint: 'a.toy' })).toBe('a.toy');
    expect(entryPoint(program('a.toy', 'main.toy'))).toBe('main.toy');
    expect(entryPoint(program('a.toy', '__main__.toy'))).toBe('__main__.toy');
    expect(entryPoint(program('README', 'b.toy', 'a.toy'))).toBe('b.toy');
  });

  it('is never a file of another kind when there is a source', () => {
    expect(sourcesOf(program('toy', 'x.toy.bak', 'dir.toy/notes', 'y.toy'))).toEqual(['y.toy']);
  });
});
