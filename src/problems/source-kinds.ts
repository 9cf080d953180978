import { readSmallFile } from './file-source.js';
import type { LanguageLookup } from './language-lookup.js';
import type { PackageEntry } from './package-tree.js';

const HEADERS = new Set(['h', 'hh', 'hpp', 'hxx', 'inc', 'inl', 'ipp', 'tpp']);

function extensionOf(name: string): string {
  const at = name.lastIndexOf('.');
  return at < 0 ? '' : name.slice(at + 1);
}

/** Headers are compiled with what includes them; alone they are no program. */
export function isHeader(name: string): boolean {
  return HEADERS.has(extensionOf(name));
}

export function isSource(name: string, languages: LanguageLookup): boolean {
  const extension = extensionOf(name);
  if (extension === '' || HEADERS.has(extension)) return false;
  return languages.languages.some((language) => language.extensions.includes(extension));
}

const SHEBANG_BYTES = 256;
const MAX_BYTES = 2 ** 20;

/** A `.py` file is Python 2 only with a shebang that says so (legacy "Programs"). */
export async function isPython2(file: PackageEntry): Promise<boolean> {
  if (file.kind !== 'file' || !file.name.endsWith('.py') || file.sizeBytes > MAX_BYTES) {
    return false;
  }
  const head = (await readSmallFile(file)).subarray(0, SHEBANG_BYTES).toString('latin1');
  return /^#!.*python2/.test(head);
}
