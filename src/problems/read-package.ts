import { basename } from 'node:path';
import { JudgeError } from '../errors.js';
import type { DefaultLimits } from '../config/config.js';
import type { Problem } from '../judging/problem.js';
import { ContentDigests } from './content-digests.js';
import { packageRoot, readDirectoryTree } from './directory-tree.js';
import { readExampleSubmissions, reportLooseSubmissions } from './example-submission-reader.js';
import { readIncludes } from './include-files.js';
import { languagesOfCode, type LanguageLookup } from './language-lookup.js';
import { readOutputValidator } from './output-validator.js';
import { badPackage } from './package-error.js';
import { hashPackage } from './package-hash.js';
import { LossReport } from './package-notice.js';
import { findDirectory, type PackageDirectory } from './package-tree.js';
import { printable } from './plain-name.js';
import { readProblemLimits } from './problem-limits.js';
import { CALIBRATION_CPU_TIME_MS, type ProblemPackage } from './problem-package.js';
import { PROBLEM_YAML, readProblemYaml, type ProblemMetadata } from './problem-yaml.js';
import { problemName, readStatement } from './statement.js';
import { readTestCases } from './test-data.js';
import { readTimeLimit } from './time-limit-reader.js';

export interface PackageContext {
  readonly languages: LanguageLookup;
  readonly defaultLimits: DefaultLimits;
}

/**
 * Reads a problem package from its directory. Nothing is written, and nothing outlives a failure.
 * @throws JudgeError `bad-package`, one line that names package, file and key.
 */
export async function readPackage(
  directory: string,
  context: PackageContext,
): Promise<ProblemPackage> {
  const root = await packageRoot(directory);
  const report = new LossReport();
  try {
    const tree = await readDirectoryTree(root, report);
    return await readPackageTree(tree, basename(root), context, report);
  } catch (error) {
    if (!(error instanceof JudgeError)) throw error;
    const { code, message, details } = error;
    throw new JudgeError(code, `${printable(directory)}: ${message}`, { cause: error, details });
  }
}

/** The same, from files that come from elsewhere. */
export async function readPackageTree(
  root: PackageDirectory,
  id: string,
  { languages, defaultLimits }: PackageContext,
  report = new LossReport(),
): Promise<ProblemPackage> {
  const digests = new ContentDigests();
  const metadata = await readProblemYaml(root, report);
  refuseUnsupportedParts(root, report);
  const timeLimit = await readTimeLimit(root, metadata.limits, metadata.version, report);
  const limits = readProblemLimits(metadata.limits, defaultLimits, report);
  const allowedLanguages = readAllowedLanguages(metadata, languages, report);
  const validator = await readOutputValidator(root, metadata, languages, report);
  const customValidator = validator.kind === 'programs';
  const testCases = await readTestCases(root, { metadata, customValidator, digests, report });
  const statement = await readStatement(root, metadata.names);
  reportLooseSubmissions(root, languages, report);
  const problem: Problem = {
    id,
    name: problemName(statement, id),
    limits: {
      ...limits,
      cpuTimeMs: timeLimit.kind === 'stated' ? timeLimit.cpuTimeMs : CALIBRATION_CPU_TIME_MS,
    },
    testCases,
    validator,
    includes: await readIncludes(root, metadata.constants, languages, report),
    ...(allowedLanguages === undefined ? {} : { allowedLanguages }),
  };
  return {
    problem,
    timeLimit,
    exampleSubmissions: await readExampleSubmissions(root, metadata, languages, report),
    statement,
    notices: report.notices,
    packageHash: await hashPackage(root, digests),
  };
}

/** Programs that take part in the verdict cannot be left out. */
function refuseUnsupportedParts(root: PackageDirectory, report: LossReport): void {
  const staticValidator = findDirectory(root, 'static_validator');
  if (staticValidator !== undefined && staticValidator.entries.length > 0) {
    throw badPackage(staticValidator.path, 'static validators are not supported yet');
  }
  const graders = findDirectory(root, 'graders');
  if (graders !== undefined) report.add(graders.path, 'is not used: it is of scoring problems');
}

function readAllowedLanguages(
  metadata: ProblemMetadata,
  languages: LanguageLookup,
  report: LossReport,
): readonly string[] | undefined {
  if (metadata.languages === undefined) return undefined;
  const allowed = new Set<string>();
  for (const code of metadata.languages) {
    const meant = languagesOfCode(code, languages);
    if (meant.length === 0) {
      report.add(PROBLEM_YAML, `${code} is not in the language table`, 'languages');
    }
    for (const { id } of meant) allowed.add(id);
  }
  if (allowed.size === 0) {
    throw badPackage(PROBLEM_YAML, 'names no language of the language table', 'languages');
  }
  return [...allowed];
}
