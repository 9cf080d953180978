import type { StagedFile } from '../judging/bytes.js';
import { DEFAULT_COMPARISON } from '../judging/comparison/comparison-options.js';
import type { TestCase } from '../judging/problem.js';
import { parseComparisonFlags } from './comparison-flags.js';
import { digestOf, type ContentDigests } from './content-digests.js';
import { fileSource } from './file-source.js';
import { badPackage } from './package-error.js';
import type { LossReport } from './package-notice.js';
import {
  directoriesOf,
  filesBelow,
  filesOf,
  findDirectory,
  findFile,
  relativePath,
  type PackageDirectory,
  type PackageFile,
} from './package-tree.js';
import { PROBLEM_YAML, type ProblemMetadata } from './problem-yaml.js';
import {
  NO_FLAGS,
  readFlags,
  readGroupFlags,
  type FlagPlace,
  type TestDataFlags,
} from './test-data-flags.js';
import { readYaml } from './yaml-file.js';

const IN = '.in';
const ANS = '.ans';
/** Directory of files that lie in the submission's work directory. */
const FILES = '.files';

export interface TestDataContext {
  readonly metadata: ProblemMetadata;
  readonly customValidator: boolean;
  readonly digests: ContentDigests;
  readonly report: LossReport;
}

/**
 * The test cases of a package: samples first, then secret ones, each in the order of their paths.
 * Groups, however deep, only pass flags down.
 * @throws JudgeError `bad-package` for a missing answer, flags the default validator does not know,
 *   and a package without any case.
 */
export async function readTestCases(
  root: PackageDirectory,
  context: TestDataContext,
): Promise<readonly TestCase[]> {
  const data = findDirectory(root, 'data');
  if (data === undefined) throw badPackage('data', 'the package has no test data');
  const { metadata, report } = context;
  const flags = await readGroupFlags(data, NO_FLAGS, metadata.constants, report);
  const testCases: TestCase[] = [];
  for (const visibility of ['sample', 'secret'] as const) {
    const directory = findDirectory(data, visibility);
    if (directory === undefined) continue;
    testCases.push(...(await readGroup(directory, visibility, flags, context)));
  }
  if (testCases.length === 0) {
    throw badPackage('data', 'the package has no test case (a .in file with its .ans file)');
  }
  if (!testCases.some(({ visibility }) => visibility === 'secret')) {
    report.add('data/secret', 'there is no secret test case: only the samples are judged');
  }
  return testCases;
}

async function readGroup(
  directory: PackageDirectory,
  visibility: TestCase['visibility'],
  inherited: TestDataFlags,
  context: TestDataContext,
): Promise<readonly TestCase[]> {
  const { metadata, report } = context;
  const flags = await readGroupFlags(directory, inherited, metadata.constants, report);
  const members = [
    ...filesOf(directory)
      .filter(({ name }) => name.endsWith(IN) && name !== IN)
      .map((input) => ({ name: input.name.slice(0, -IN.length), input })),
    ...directoriesOf(directory)
      .filter(({ name }) => !name.endsWith(FILES))
      .map((group) => ({ name: group.name, group })),
  ].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));

  reportAnswersWithoutInput(directory, report);
  const testCases: TestCase[] = [];
  for (const member of members) {
    if ('group' in member) {
      testCases.push(...(await readGroup(member.group, visibility, flags, context)));
    } else {
      testCases.push(await readCase(directory, member.input, visibility, flags, context));
    }
  }
  return testCases;
}

function reportAnswersWithoutInput(directory: PackageDirectory, report: LossReport): void {
  for (const { name, path } of filesOf(directory)) {
    if (!name.endsWith(ANS)) continue;
    const base = name.slice(0, -ANS.length);
    if (findFile(directory, base + IN) !== undefined) continue;
    report.add(path, `is not used: there is no ${base}${IN} beside it`);
  }
}

async function readCase(
  directory: PackageDirectory,
  input: PackageFile,
  visibility: TestCase['visibility'],
  inherited: TestDataFlags,
  context: TestDataContext,
): Promise<TestCase> {
  const { metadata, digests, report } = context;
  const base = input.name.slice(0, -IN.length);
  const answer = findFile(directory, base + ANS);
  if (answer === undefined) {
    throw badPackage(input.path, `its answer file ${directory.path}/${base}${ANS} is missing`);
  }
  const yaml = findFile(directory, `${base}.yaml`);
  const own =
    yaml === undefined || base === 'test_group' || base === 'testdata'
      ? inherited
      : readFlags(await readYaml(yaml), inherited, metadata.constants, report);
  const validatorArguments = [...metadata.validatorFlags, ...own.validatorArguments];
  const { files, filesDigest } = await readCaseFiles(directory, base, digests);
  return {
    name: input.path.slice('data/'.length, -IN.length),
    visibility,
    input: fileSource(input),
    answer: fileSource(answer),
    contentId: digestOf([
      await digests.of(input),
      await digests.of(answer),
      own.programArguments,
      validatorArguments,
      filesDigest,
    ]),
    programArguments: own.programArguments,
    validatorArguments,
    comparison: context.customValidator
      ? DEFAULT_COMPARISON
      : readComparison(metadata, own, validatorArguments),
    files,
  };
}

async function readCaseFiles(
  directory: PackageDirectory,
  base: string,
  digests: ContentDigests,
): Promise<{ files: readonly StagedFile[]; filesDigest: string }> {
  const folder = findDirectory(directory, base + FILES);
  if (folder === undefined) return { files: [], filesDigest: '' };
  const files: StagedFile[] = [];
  const contents: string[] = [];
  for (const file of filesBelow(folder)) {
    const name = relativePath(folder, file);
    files.push({ name, executable: file.executable, content: fileSource(file) });
    contents.push(name, await digests.of(file));
  }
  return { files, filesDigest: digestOf(contents) };
}

function readComparison(
  metadata: ProblemMetadata,
  flags: TestDataFlags,
  validatorArguments: readonly string[],
): TestCase['comparison'] {
  const whole = parseComparisonFlags(validatorArguments);
  if (whole.kind === 'options') return whole.options;
  // Which of the two places is at fault? The package's own flags are complete by themselves.
  const place: FlagPlace =
    parseComparisonFlags(metadata.validatorFlags).kind === 'options' &&
    flags.validatorArgumentsAt !== undefined
      ? flags.validatorArgumentsAt
      : { file: PROBLEM_YAML, key: 'validator_flags' };
  throw badPackage(place.file, whole.message, place.key);
}
