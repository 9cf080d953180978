import { ensureImage, openImages } from '../../src/cli/judging-engine.js';
import { configured } from './engine.js';

const MIB = 2 ** 20;

/** Runs a command in so many containers, each removed before the next is made. */
export type PlainLoop = (command: readonly string[], count: number) => Promise<void>;

/**
 * What one writes who has the Engine's API and an afternoon: create, start, wait, remove, without
 * copying anything in, compiling or comparing.
 */
export async function openPlainLoop(toolchain: string): Promise<PlainLoop> {
  const context = await configured();
  const { client, builder } = await openImages(context);
  const image = await ensureImage(builder, toolchain, context.progress, context.signal);
  context.progress.end();
  return async (command, count) => {
    for (let done = 0; done < count; done += 1) {
      const container = await client.engine.createContainer({
        Image: image,
        Entrypoint: [...command],
        User: '65534:65534',
        HostConfig: {
          NetworkMode: 'none',
          CapDrop: ['ALL'],
          ReadonlyRootfs: true,
          PidsLimit: 64,
          Memory: 256 * MIB,
          MemorySwap: 256 * MIB,
        },
      });
      await container.start();
      const { StatusCode } = (await container.wait()) as { StatusCode: number };
      if (StatusCode !== 0) throw new Error('the program failed');
      await container.remove();
    }
  };
}
