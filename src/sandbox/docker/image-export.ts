import { randomUUID } from 'node:crypto';
import { SandboxFailure } from '../../judging/ports.js';
import type { DockerClient } from './docker-client.js';

/** A container that was never started, only made to be read; so nobody has run in it. */
const LABEL = 'minos.export';

/** All files of an image, flattened, as a tar archive. @throws SandboxFailure */
export async function* exportImage(
  client: DockerClient,
  image: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const name = `minos-export-${randomUUID()}`;
  const id = await client.create(name, {
    Image: image,
    Labels: { [LABEL]: image },
    NetworkDisabled: true,
  });
  try {
    const archive = await client.engine.getContainer(id).export();
    yield* archive as unknown as AsyncIterable<Buffer>;
  } catch (error) {
    throw new SandboxFailure(`Docker could not export ${image}: ${String(error)}`, {
      cause: error,
    });
  } finally {
    await client.remove(id);
  }
}
