import { describe, expect, it } from 'vitest';
import { installEngine } from '../../../../src/cli/engine/install-engine.js';
import type { RunCommand } from '../../../../src/cli/engine/run-command.js';
import { SILENT } from '../../../../src/cli/progress.js';

/** apt-get that answers `install` and `update` with these exit codes, in order. */
function apt(answers: Readonly<Record<string, number[]>>) {
  const calls: string[] = [];
  const run: RunCommand = ([, verb = ''], onLine) => {
    calls.push(verb);
    onLine(`${verb} is under way`);
    return Promise.resolve({ exitCode: answers[verb]?.shift() ?? 0, tail: [`end of ${verb}`] });
  };
  return { run, calls };
}

const haveLists = () => Promise.resolve(true);
const haveNoLists = () => Promise.resolve(false);

describe('installing the engine', () => {
  it('fetches the lists and tries again when what they name is gone', async () => {
    const { run, calls } = apt({ install: [100, 0] });
    await installEngine(run, SILENT, haveLists);
    expect(calls).toEqual(['install', 'update', 'install']);
  });

  it('fetches the lists first where there are none', async () => {
    const { run, calls } = apt({});
    await installEngine(run, SILENT, haveNoLists);
    expect(calls).toEqual(['update', 'install']);
  });

  it('goes on when one of the sources cannot be fetched', async () => {
    const { run } = apt({ install: [100, 0], update: [100] });
    await expect(installEngine(run, SILENT, haveLists)).resolves.toBeUndefined();
  });

  it('says what apt-get said when it cannot be done', async () => {
    const { run } = apt({ install: [100, 100], update: [100] });
    const error = await installEngine(run, SILENT, haveLists).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'engine-unavailable' });
    const { details } = error as { details: string[] };
    expect(details).toContain('end of install');
    expect(details).toContain('end of update');
    expect(details.at(-1)).toContain('apt-get install docker.io');
  });
});
