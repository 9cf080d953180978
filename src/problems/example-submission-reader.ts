import type { StagedFile } from '../judging/bytes.js';
import type { Language } from '../judging/language.js';
import type { ExampleSubmission } from './example-submission.js';
import { ANY_CASE_VERDICT, isOfficialDirectory, timingOf } from './expected-by-directory.js';
import { parseExpectedResults } from './expected-results.js';
import {
  ANY_VERDICT,
  expectedVerdicts,
  type Expectation,
  type Requirement,
} from './expectation.js';
import { readSmallFile } from './file-source.js';
import { detectLanguage, type LanguageLookup } from './language-lookup.js';
import type { LossReport } from './package-notice.js';
import {
  directoriesOf,
  filesBelow,
  filesOf,
  findDirectory,
  relativePath,
  type PackageDirectory,
  type PackageEntry,
  type PackageFile,
} from './package-tree.js';
import { isPlainName, PLAIN_NAME_RULE } from './plain-name.js';
import type { Constants, ProblemMetadata } from './problem-yaml.js';
import { isHeader, isPython2, isSource } from './source-kinds.js';
import { stagePackageFile } from './staged-package-file.js';
import { readSubmissionDetails, type SubmissionDetails } from './submission-details.js';
import { readSubmissionRules, rulesOf, type StatedRule } from './submission-rules.js';

const SUBMISSIONS = 'submissions';
/** What compilers and editors leave beside sources. */
const LEFTOVERS = /(\.(class|exe|o|out|pyc|swp|bak)|~|^__pycache__)$/;
/** Code of the languages table of the format. */
const PYTHON_2 = 'python2';
/** Read for an annotation; no source is larger. */
const MAX_ANNOTATED_BYTES = 2 ** 20;

/**
 * The example submissions: every file or directory directly below a directory of `submissions/`.
 * Those that cannot be judged here are left out, with a notice.
 */
export async function readExampleSubmissions(
  root: PackageDirectory,
  metadata: ProblemMetadata,
  languages: LanguageLookup,
  report: LossReport,
): Promise<readonly ExampleSubmission[]> {
  const submissions = findDirectory(root, SUBMISSIONS);
  if (submissions === undefined) return [];
  const reader = new ExampleSubmissionReader(
    submissions,
    await readSubmissionRules(submissions, report),
    await readSubmissionDetails(root, report),
    { metadata, languages, report },
  );
  return reader.readAll();
}

interface Context {
  readonly metadata: ProblemMetadata;
  readonly languages: LanguageLookup;
  readonly report: LossReport;
}

class ExampleSubmissionReader {
  readonly #submissions: PackageDirectory;
  readonly #stated: readonly StatedRule[];
  readonly #details: ReadonlyMap<string, SubmissionDetails>;
  readonly #context: Context;

  constructor(
    submissions: PackageDirectory,
    stated: readonly StatedRule[],
    details: ReadonlyMap<string, SubmissionDetails>,
    context: Context,
  ) {
    this.#submissions = submissions;
    this.#stated = stated;
    this.#details = details;
    this.#context = context;
  }

  async readAll(): Promise<readonly ExampleSubmission[]> {
    const examples: ExampleSubmission[] = [];
    for (const directory of directoriesOf(this.#submissions)) {
      for (const entry of directory.entries) {
        if (LEFTOVERS.test(entry.name) || isHeader(entry.name)) continue;
        const example = await this.#read(entry);
        if (example !== undefined) examples.push(example);
      }
    }
    return examples;
  }

  async #read(entry: PackageEntry): Promise<ExampleSubmission | undefined> {
    const { metadata, report } = this.#context;
    const path = relativePath(this.#submissions, entry);
    const files = submissionFiles(entry);
    const odd = files.find(({ name }) => !isPlainName(name));
    if (odd !== undefined) {
      report.add(odd.path, `is not judged: a name may have ${PLAIN_NAME_RULE}`);
      return undefined;
    }
    const matching = this.#stated.filter(({ glob }) => glob.matches(path));
    const details = this.#details.get(path);
    const language = await this.#language(entry, files, matching, details);
    if (language === undefined) return undefined;
    const entryPoint =
      matching.findLast((rule) => rule.entryPoint !== undefined)?.entryPoint ?? details?.entryPoint;
    const { expectation, useForTimeLimit } = await this.#expectation(path, files, matching);
    return {
      path,
      language,
      files: await stageFiles(entry, files, metadata.constants),
      ...(entryPoint === undefined ? {} : { entryPoint }),
      expected: expectedVerdicts(expectation),
      expectation,
      useForTimeLimit,
    };
  }

  async #language(
    entry: PackageEntry,
    files: readonly PackageFile[],
    rules: readonly StatedRule[],
    details: SubmissionDetails | undefined,
  ): Promise<Language | undefined> {
    const { languages, report } = this.#context;
    const code =
      rules.findLast((rule) => rule.language !== undefined)?.language ??
      details?.language ??
      ((await somePython2(files)) ? PYTHON_2 : undefined);
    const sources = files.map(({ name }) => name).filter((name) => isSource(name, languages));
    const detected = detectLanguage(sources, languages);
    if (code === undefined) {
      if (detected === undefined) {
        report.add(entry.path, 'is not judged: it is not in one language of the language table');
      }
      return detected;
    }
    const stated = languages.find(code);
    if (stated === undefined) {
      report.add(entry.path, `is not judged: the language ${code} is not in the language table`);
    }
    return stated;
  }

  async #expectation(
    path: string,
    files: readonly PackageFile[],
    matching: readonly StatedRule[],
  ): Promise<{ expectation: Expectation; useForTimeLimit: ExampleSubmission['useForTimeLimit'] }> {
    const { metadata, report } = this.#context;
    const rules = rulesOf(path, this.#stated, metadata.version);
    const timings = new Set(rules.map(timingOf));
    const useForTimeLimit = timings.has('lower')
      ? 'lower'
      : timings.has('upper')
        ? 'upper'
        : 'none';
    const requirements = rules.flatMap((rule): readonly Requirement[] => {
      const { permitted = ANY_CASE_VERDICT, required = ANY_CASE_VERDICT } = rule;
      const stated = rule.permitted !== undefined || rule.required !== undefined;
      return [...(stated ? [{ permitted, required }] : []), ...(rule.cases ?? [])];
    });
    const [directory = ''] = path.split('/');
    const isStated = matching.some((rule) => rule.permitted ?? rule.required ?? rule.cases[0]);
    const annotated =
      isStated || isOfficialDirectory(directory) ? undefined : await this.#annotation(files);
    if (annotated !== undefined) return { expectation: annotated, useForTimeLimit: 'none' };
    if (requirements.length > 0) {
      return { expectation: { kind: 'cases', requirements }, useForTimeLimit };
    }
    report.add(`${SUBMISSIONS}/${path}`, 'nothing says which verdict it must get: any will do');
    return { expectation: ANY_VERDICT, useForTimeLimit: 'none' };
  }

  /** DOMjudge's annotation, outside the directories whose meaning is fixed. */
  async #annotation(files: readonly PackageFile[]): Promise<Expectation | undefined> {
    const { report } = this.#context;
    for (const file of files) {
      if (file.sizeBytes > MAX_ANNOTATED_BYTES) continue;
      const results = parseExpectedResults((await readSmallFile(file)).toString('utf8'));
      if (results.kind === 'verdicts') return { kind: 'verdict', verdicts: results.verdicts };
      if (results.kind === 'unclear') report.add(file.path, `${results.message}; it is not used`);
      if (results.kind === 'score') report.add(file.path, '@EXPECTED_SCORE@ is not checked');
    }
    return undefined;
  }
}

async function somePython2(files: readonly PackageFile[]): Promise<boolean> {
  for (const file of files) if (await isPython2(file)) return true;
  return false;
}

function submissionFiles(entry: PackageEntry): readonly PackageFile[] {
  if (entry.kind === 'file') return [entry];
  return filesBelow(entry).filter(({ name }) => !LEFTOVERS.test(name));
}

async function stageFiles(
  entry: PackageEntry,
  files: readonly PackageFile[],
  constants: Constants,
): Promise<readonly StagedFile[]> {
  const staged: StagedFile[] = [];
  for (const file of files) {
    const name = entry.kind === 'file' ? file.name : relativePath(entry, file);
    staged.push(await stagePackageFile(file, name, constants));
  }
  return staged;
}

/** Loose files are no submissions; only those of the format lie here. */
export function reportLooseSubmissions(
  root: PackageDirectory,
  languages: LanguageLookup,
  report: LossReport,
): void {
  const submissions = findDirectory(root, SUBMISSIONS);
  for (const file of submissions === undefined ? [] : filesOf(submissions)) {
    if (!isSource(file.name, languages)) continue;
    report.add(file.path, 'is not judged: it lies in no directory that says what it must get');
  }
}
