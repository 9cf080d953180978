import { formatBytes } from '../../judging/reason.js';
import type { CliContext } from '../context.js';
import { ensureImage, openImages } from '../judging-engine.js';
import { pruneNativeRoots } from '../native-roots.js';
import { plainTable } from '../judgement-table.js';

/** Builds the images of these toolchains, or of all. */
export async function buildImages(
  toolchains: readonly string[],
  context: CliContext,
): Promise<number> {
  const { progress, signal } = context;
  const { builder } = await openImages(context);
  const wanted = toolchains.length > 0 ? toolchains : await builder.toolchains();
  for (const toolchain of wanted) {
    const tag = await ensureImage(builder, toolchain, progress, signal);
    progress.print(`${toolchain}: ${tag}`);
  }
  progress.end();
  return 0;
}

export async function listImages({ json }: { readonly json: boolean }, context: CliContext) {
  const { progress, paint, signal } = context;
  const { builder } = await openImages(context);
  const images = await builder.list(signal);
  progress.end();
  if (json) {
    for (const image of images) progress.print(JSON.stringify(image));
    return 0;
  }
  const table = plainTable(
    ['toolchain', 'image', 'size', ''].map((title) => paint('bold', title)),
    [2],
  );
  for (const { toolchain, tag, present, sizeBytes, staleTags } of images) {
    table.push([
      toolchain,
      tag,
      sizeBytes === undefined ? '' : formatBytes(sizeBytes),
      [
        present ? 'built' : 'absent',
        ...(staleTags.length > 0 ? [`${staleTags.length} stale`] : []),
      ].join(', '),
    ]);
  }
  progress.print(table.toString());
  return 0;
}

/** Removes the images of older versions of the sources. */
export async function pruneImages(context: CliContext): Promise<number> {
  const { progress, signal } = context;
  const { builder } = await openImages(context);
  const gone = await builder.prune(signal);
  const unpacked = await pruneNativeRoots(context);
  progress.end();
  for (const tag of gone) progress.print(`removed ${tag}`);
  for (const name of unpacked) progress.print(`removed ${name}, unpacked`);
  return 0;
}
