import { readSmallFile } from './file-source.js';
import { badPackage } from './package-error.js';
import type { PackageFile } from './package-tree.js';
import { moduleBeside, WorkerThread } from './worker-thread.js';
import type { YamlMap, YamlOrder } from './yaml-parser.js';
import { YamlSection } from './yaml-section.js';

const MAX_FILE_BYTES = 256 * 1024;
const DEADLINE_MS = 10_000;
const HEAP_MIB = 128;

/** Started by the first package; does not keep the process alive. */
const parser = new WorkerThread<YamlOrder, YamlMap>({
  module: moduleBeside(import.meta.url, './yaml-parser'),
  what: 'reading the YAML',
  deadlineMs: DEADLINE_MS,
  memoryMib: HEAP_MIB,
});

/** @throws JudgeError `bad-package` when the file is no YAML mapping within the caps. */
export async function readYaml(file: PackageFile): Promise<YamlSection> {
  if (file.sizeBytes > MAX_FILE_BYTES) {
    throw badPackage(file.path, `is larger than ${MAX_FILE_BYTES / 1024} KiB`);
  }
  const text = decode(await readSmallFile(file), file.path);
  return new YamlSection(file.path, '', await parser.call({ text, file: file.path }));
}

function decode(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw badPackage(file, 'is not UTF-8 text');
  }
}
