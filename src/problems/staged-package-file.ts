import { sourceOf, type StagedFile } from '../judging/bytes.js';
import { fileSource, readSmallFile } from './file-source.js';
import type { PackageFile } from './package-tree.js';
import type { Constants } from './problem-yaml.js';

/** Source texts are smaller; anything larger is data, which constants are not replaced in. */
const MAX_TEXT_BYTES = 2 ** 20;

const CONSTANT_SEQUENCE = /\{\{([a-zA-Z_][a-zA-Z0-9_]*(?:\.[a-zA-Z_][a-zA-Z0-9_]*)?)\}\}/g;

/** The file of a package under the name it gets in the sandbox, its constants replaced. */
export async function stagePackageFile(
  file: PackageFile,
  name: string,
  constants: Constants,
): Promise<StagedFile> {
  const { executable } = file;
  if (constants.size === 0 || file.sizeBytes > MAX_TEXT_BYTES) {
    return { name, executable, content: fileSource(file) };
  }
  const bytes = await readSmallFile(file);
  // Byte by byte: what is no text passes through unchanged.
  const text = replaceConstants(bytes.toString('latin1'), constants, (value) =>
    Buffer.from(value, 'utf8').toString('latin1'),
  );
  return { name, executable, content: sourceOf(Buffer.from(text, 'latin1')) };
}

/** `{{name}}` becomes its value (2025-09 "Constants"); names that are not defined stay. */
export function replaceConstants(
  text: string,
  constants: Constants,
  encode: (value: string) => string = (value) => value,
): string {
  return text.replaceAll(CONSTANT_SEQUENCE, (sequence, name: string) => {
    const value = constants.get(name);
    return value === undefined ? sequence : encode(value);
  });
}
