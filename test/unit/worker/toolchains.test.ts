import { describe, expect, it, vi } from 'vitest';
import { JudgeError } from '../../../src/errors.js';
import { Toolchains, type ToolchainStatus } from '../../../src/worker/toolchains.js';
import { memoryPorts } from '../../fakes/memory-ports.js';
import { ScriptedSandbox } from '../../fakes/scripted-sandbox.js';
import { toyProgram } from '../../fakes/sample-problem.js';

const { language } = toyProgram();
const LANGUAGES = [
  { ...language, id: 'one', toolchain: 'one' },
  { ...language, id: 'two', toolchain: 'two' },
  { ...language, id: 'three', toolchain: 'two' },
];

function open(prepareToolchain: (toolchain: string) => Promise<void>) {
  const seen: Readonly<Record<string, ToolchainStatus>>[] = [];
  const imageIdOf = (toolchain: string) => Promise.resolve(`digest of ${toolchain}`);
  const ports = memoryPorts(new ScriptedSandbox(() => ({ prints: 'toy 1.2\nand more\n' }), 1));
  const engine = { ports, prepareToolchain, imageIdOf };
  const toolchains: Toolchains = new Toolchains(LANGUAGES, engine, () =>
    seen.push(toolchains.status),
  );
  return { toolchains, seen };
}

describe('the toolchains of a worker', () => {
  it('are built once each, however many ask, and say how far they are', async () => {
    const built: string[] = [];
    const { toolchains, seen } = open(async (toolchain) => void built.push(toolchain));
    const stop = new AbortController();
    const keeping = toolchains.keepBuilt(stop.signal);
    await Promise.all([
      toolchains.ready('two'),
      toolchains.ready('two'),
      vi.waitFor(() =>
        expect(toolchains.status).toMatchObject({
          one: { state: 'ready' },
          two: { state: 'ready' },
        }),
      ),
    ]);
    stop.abort();
    await keeping;
    expect(built.toSorted()).toEqual(['one', 'two']);
    expect(seen[0]).toMatchObject({ one: { state: 'building' } });
    expect(toolchains.status).toEqual({
      one: { state: 'ready', digest: 'digest of one', versions: { one: 'toy 1.2' } },
      two: {
        state: 'ready',
        digest: 'digest of two',
        versions: { two: 'toy 1.2', three: 'toy 1.2' },
      },
    });
  });

  it('go on with the others when one fails, and try it again after some time', async () => {
    let isBroken = true;
    const { toolchains, seen } = open(async (toolchain) => {
      if (toolchain === 'one' && isBroken) throw new JudgeError('image-build-failed', 'no mirror');
    });
    const stop = new AbortController();
    const keeping = toolchains.keepBuilt(stop.signal, 1);
    await vi.waitFor(() =>
      expect(toolchains.status).toMatchObject({
        one: { state: 'failed', message: 'no mirror' },
        two: { state: 'ready' },
      }),
    );
    expect([...toolchains.failed]).toEqual([['one', 'no mirror']]);
    seen.length = 0;
    isBroken = false;
    await vi.waitFor(() => expect(toolchains.failed.size).toBe(0));
    expect(toolchains.status).toMatchObject({ one: { state: 'ready' } });
    // Nobody was told in between that it may be there.
    expect(seen.map(({ one }) => one?.state)).not.toContain('building');
    stop.abort();
    await keeping;
  });

  it('are built anew when one that was ready does not work', async () => {
    const built: string[] = [];
    const { toolchains } = open(async (toolchain) => void built.push(toolchain));
    await toolchains.ready('one');
    toolchains.fail('one', 'it never starts');
    expect(toolchains.status).toMatchObject({
      one: { state: 'failed', message: 'it never starts' },
    });
    await toolchains.ready('one');
    expect(built).toEqual(['one', 'one']);
    expect(toolchains.failed.size).toBe(0);
  });
});
