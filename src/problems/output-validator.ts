import type { StagedFile } from '../judging/bytes.js';
import type { OutputValidator } from '../judging/problem.js';
import type { Program } from '../judging/submission.js';
import { detectLanguage, type LanguageLookup } from './language-lookup.js';
import { badPackage } from './package-error.js';
import type { LossReport } from './package-notice.js';
import {
  filesBelow,
  filesOf,
  findDirectory,
  relativePath,
  type PackageDirectory,
  type PackageEntry,
} from './package-tree.js';
import { PROBLEM_YAML, type ProblemMetadata } from './problem-yaml.js';
import { scriptProgram } from './script-program.js';
import { isHeader, isPython2, isSource } from './source-kinds.js';
import { stagePackageFile } from './staged-package-file.js';

/** Legacy: every file or directory in it is a program. 2025-09: it is one program. */
const MANY = 'output_validators';
const ONE = 'output_validator';

/**
 * Who validates output. A stated `validation` decides; without one a 2025-09 package is validated
 * by what is there, and a legacy one by the default validator.
 */
export async function readOutputValidator(
  root: PackageDirectory,
  metadata: ProblemMetadata,
  languages: LanguageLookup,
  report: LossReport,
): Promise<OutputValidator> {
  const one = nonEmptyDirectory(root, ONE);
  const many = nonEmptyDirectory(root, MANY);
  const present = one ?? many;
  const custom =
    metadata.validation === undefined
      ? one !== undefined || (many !== undefined && metadata.version === 'modern')
      : metadata.validation === 'custom';
  if (!custom) {
    if (present !== undefined) {
      report.add(present.path, 'is not used: the default output validator is asked for');
    }
    return { kind: 'default' };
  }
  if (present === undefined) {
    const message = `custom asks for a program in ${MANY}/ or ${ONE}/, and there is none`;
    throw badPackage(PROBLEM_YAML, message, 'validation');
  }
  if (one !== undefined && many !== undefined) {
    report.add(many.path, `is not used: ${one.path} counts`);
  }
  const reader = new ProgramReader(metadata, languages, report);
  const programs =
    one !== undefined ? [await reader.directoryProgram(one)] : await reader.programsIn(present);
  return { kind: 'programs', programs };
}

function nonEmptyDirectory(root: PackageDirectory, name: string): PackageDirectory | undefined {
  const directory = findDirectory(root, name);
  return directory === undefined || filesBelow(directory).length === 0 ? undefined : directory;
}

class ProgramReader {
  readonly #metadata: ProblemMetadata;
  readonly #languages: LanguageLookup;
  readonly #report: LossReport;

  constructor(metadata: ProblemMetadata, languages: LanguageLookup, report: LossReport) {
    this.#metadata = metadata;
    this.#languages = languages;
    this.#report = report;
  }

  /** Loose headers, a testlib.h above all, lie beside each single-file program. */
  async programsIn(directory: PackageDirectory): Promise<readonly Program[]> {
    const headers = filesOf(directory).filter(({ name }) => isHeader(name));
    const programs: Program[] = [];
    for (const entry of directory.entries) {
      const program =
        entry.kind === 'directory'
          ? await this.#directoryIn(entry)
          : await this.#fileProgram(entry, headers);
      if (program !== undefined) programs.push(program);
    }
    if (programs.length === 0) {
      throw badPackage(directory.path, 'has no program in a language of the language table');
    }
    return programs;
  }

  /** A directory without any source, such as one of templates, is no program. */
  async #directoryIn(directory: PackageDirectory): Promise<Program | undefined> {
    const names = filesBelow(directory).map(({ name }) => name);
    const scripted = names.includes('run') || names.includes('build');
    if (!scripted && !names.some((name) => isSource(name, this.#languages))) {
      if (names.length > 0) this.#report.add(directory.path, 'is not used: it is no program');
      return undefined;
    }
    return this.directoryProgram(directory);
  }

  async #fileProgram(
    file: PackageEntry,
    headers: readonly PackageEntry[],
  ): Promise<Program | undefined> {
    if (headers.includes(file)) return undefined;
    const language = isSource(file.name, this.#languages)
      ? detectLanguage([file.name], this.#languages)
      : undefined;
    if (language === undefined) {
      this.#report.add(file.path, 'is not used: it is no program of a known language');
      return undefined;
    }
    const files = await this.#stage([file, ...headers], (entry) => entry.name);
    if (await isPython2(file)) {
      this.#report.add(file.path, 'asks for Python 2, and is run as Python 3');
    }
    return { language, files };
  }

  async directoryProgram(directory: PackageDirectory): Promise<Program> {
    const entries = filesBelow(directory);
    const name = (entry: PackageEntry): string => relativePath(directory, entry);
    const names = entries.map(name);
    const script = scriptProgram(directory.path, names, this.#languages);
    const files = await this.#stage(entries, name);
    if (script !== undefined) return { ...script, files };
    const sources = names.filter((source) => isSource(source, this.#languages));
    const language = detectLanguage(sources, this.#languages);
    if (language === undefined) {
      throw badPackage(directory.path, 'is no program in one language of the language table');
    }
    return { language, files };
  }

  async #stage(
    entries: readonly PackageEntry[],
    nameOf: (entry: PackageEntry) => string,
  ): Promise<readonly StagedFile[]> {
    const files: StagedFile[] = [];
    for (const entry of entries) {
      if (entry.kind !== 'file') continue;
      files.push(await stagePackageFile(entry, nameOf(entry), this.#metadata.constants));
    }
    return files;
  }
}
