import Docker from 'dockerode';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { baseTag } from '../../src/sandbox/docker/base-image.js';
import { contextHash, packContext, readContext } from '../../src/sandbox/docker/image-context.js';
import { jsonLines } from '../../src/sandbox/docker/json-lines.js';

/** Any Debian; `./minos images build` leaves this one. */
const BASE = process.env['MINOS_TEST_BASE'] ?? baseTag('debian:trixie-slim');
const RUNNER = join(import.meta.dirname, '..');

/** The engine that DOCKER_HOST names. */
export const engine = new Docker();

/** What ends up in the image: not what a local build left, nor the tests themselves. */
function isSource(name: string): boolean {
  return name !== 'runner/build' && !name.endsWith('.ts');
}

/** Builds the supervisor and the probes, unless this very source has been built. @returns the tag. */
export async function buildTestImage(): Promise<string> {
  const files = await readContext(RUNNER, 'runner/', isSource);
  const tag = `minos-runner-test:${contextHash(files, BASE)}`;
  const known = await engine.listImages({ filters: { reference: [tag] } });
  if (known.length > 0) return tag;
  const messages = await engine.buildImage(Readable.from([await packContext(files)]), {
    t: tag,
    dockerfile: 'runner/tests/Dockerfile',
    buildargs: { BASE },
    networkmode: 'host',
    rm: true,
    forcerm: true,
  });
  let log = '';
  for await (const message of jsonLines<{ stream?: string; error?: string }>(messages)) {
    log += message.stream ?? '';
    if (message.error !== undefined) throw new Error(`${message.error}\n${log.slice(-4000)}`);
  }
  return tag;
}
