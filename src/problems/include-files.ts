import type { StagedFile } from '../judging/bytes.js';
import { languagesOfCode, type LanguageLookup } from './language-lookup.js';
import type { LossReport } from './package-notice.js';
import {
  directoriesOf,
  filesBelow,
  findDirectory,
  relativePath,
  type PackageDirectory,
} from './package-tree.js';
import type { Constants } from './problem-yaml.js';
import { stagePackageFile } from './staged-package-file.js';

const DEFAULT = 'default';

/**
 * Files that are copied over a submission, by language id or `default`. What a language has of its
 * own lies over the default, file by file.
 */
export async function readIncludes(
  root: PackageDirectory,
  constants: Constants,
  languages: LanguageLookup,
  report: LossReport,
): Promise<Readonly<Record<string, readonly StagedFile[]>>> {
  const include = findDirectory(root, 'include');
  const includes = new Map<string, readonly StagedFile[]>();
  if (include === undefined) return {};
  const base = findDirectory(include, DEFAULT);
  const shared = base === undefined ? [] : await stageAll(base, constants);
  if (shared.length > 0) includes.set(DEFAULT, shared);
  for (const directory of directoriesOf(include)) {
    if (directory === base) continue;
    const meant = languagesOfCode(directory.name, languages);
    if (meant.length === 0) {
      report.add(directory.path, 'is not used: the language is not in the language table');
      continue;
    }
    const own = await stageAll(directory, constants);
    const names = new Set(own.map(({ name }) => name));
    const merged = [...shared.filter(({ name }) => !names.has(name)), ...own];
    for (const { id } of meant) includes.set(id, merged);
  }
  return Object.fromEntries(includes);
}

async function stageAll(
  directory: PackageDirectory,
  constants: Constants,
): Promise<readonly StagedFile[]> {
  const files: StagedFile[] = [];
  for (const file of filesBelow(directory)) {
    files.push(await stagePackageFile(file, relativePath(directory, file), constants));
  }
  return files;
}
