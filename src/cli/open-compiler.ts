import { cpus } from 'node:os';
import { compileOnce, sandboxCompiler } from '../judging/compile-program.js';
import { provingCompiler } from '../judging/language-probe.js';
import type { Compiler, Ports, Sandbox } from '../judging/ports.js';
import { BlobArtifactStore } from '../sandbox/artifact-store.js';
import type { BlobStore } from '../sandbox/blob-store.js';
import { CompilationCache } from '../sandbox/compilation-cache.js';

export interface CompilerOptions {
  readonly sandbox: Sandbox;
  readonly blobs: BlobStore;
  readonly prove: Ports['prove'];
  /** Where what was compiled before is found; absent: everything is compiled. */
  readonly cache?: {
    readonly directory: string;
    readonly maxBytes: number;
    readonly imageIdOf: (toolchain: string) => Promise<string>;
  };
}

/** The compiler of the sandbox, which compiles nothing twice. */
export async function openCompiler({
  sandbox,
  blobs,
  prove,
  cache,
}: CompilerOptions): Promise<Compiler> {
  const artifacts = new BlobArtifactStore(blobs);
  const compiler = provingCompiler(sandboxCompiler(sandbox, artifacts), prove);
  if (cache === undefined) return compileOnce(compiler);
  const machine = [process.arch, cpus()[0]?.model ?? ''];
  return compileOnce(
    await CompilationCache.open({
      ...cache,
      compiler,
      blobs,
      artifacts,
      // A command may ask for the processor's own instructions.
      identify: async (toolchain) => JSON.stringify([...machine, await cache.imageIdOf(toolchain)]),
    }),
  );
}
