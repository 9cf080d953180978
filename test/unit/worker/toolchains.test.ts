import { describe, expect, it } from 'vitest';
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
    await Promise.all([
      toolchains.buildAll(new AbortController().signal),
      toolchains.ready('two'),
      toolchains.ready('two'),
    ]);
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

  it('go on with the others when one fails, and try it again for the next job', async () => {
    let isBroken = true;
    const { toolchains } = open(async (toolchain) => {
      if (toolchain === 'one' && isBroken) throw new JudgeError('image-build-failed', 'no mirror');
    });
    await toolchains.buildAll(new AbortController().signal);
    expect(toolchains.status).toMatchObject({
      one: { state: 'failed', message: 'no mirror' },
      two: { state: 'ready' },
    });
    isBroken = false;
    expect(await toolchains.ready('one')).toBe('digest of one');
  });
});
