import { createHash } from 'node:crypto';
import type { StagedFile } from '../../src/judging/bytes.js';
import { sourceOf } from '../../src/judging/bytes.js';
import { compileOnce, sandboxCompiler } from '../../src/judging/compile-program.js';
import { proveOnce, provingCompiler } from '../../src/judging/language-probe.js';
import type { ArtifactStore, Ports, Sandbox, Scratch } from '../../src/judging/ports.js';

/** All ports of the core in memory, around the sandbox that a test brings. */
export function memoryPorts(sandbox: Sandbox): Ports & { readonly openSpools: () => number } {
  let openSpools = 0;
  const artifacts: ArtifactStore = {
    put: (files) => Promise.resolve({ contentHash: hashOf(files), files }),
  };
  const scratch: Scratch = {
    open() {
      openSpools += 1;
      const chunks: Uint8Array[] = [];
      return Promise.resolve({
        write: (chunk) => void chunks.push(chunk.slice()),
        source: () => Promise.resolve(sourceOf(Buffer.concat(chunks))),
        [Symbol.asyncDispose]() {
          openSpools -= 1;
          return Promise.resolve();
        },
      });
    },
  };
  const prove = proveOnce(() => ports);
  const compiler = compileOnce(provingCompiler(sandboxCompiler(sandbox, artifacts), prove));
  const ports = { sandbox, scratch, compiler, prove, openSpools: () => openSpools };
  return ports;
}

function hashOf(files: readonly StagedFile[]): string {
  return createHash('sha256')
    .update(JSON.stringify(files.map((file) => file.name)))
    .digest('hex');
}
