import type { Verdict } from '../judging/verdict.js';
import {
  ANY_CASE_VERDICT,
  ruleOfDirectory,
  RTE,
  WA,
  type SubmissionRule,
  type Timing,
} from './expected-by-directory.js';
import type { Requirement } from './expectation.js';
import { Glob } from './glob.js';
import type { LossReport } from './package-notice.js';
import { findFile, type PackageDirectory } from './package-tree.js';
import { readYaml } from './yaml-file.js';
import { isYamlMap, type YamlSection } from './yaml-section.js';

/** One entry of submissions.yaml (2025-09 "Example submissions"). */
export interface StatedRule extends SubmissionRule {
  readonly pattern: string;
  readonly glob: Glob;
  readonly language?: string;
  readonly entryPoint?: string;
  /** Requirements on some of the cases. */
  readonly cases: readonly Requirement[];
}

const VERDICTS: Readonly<Record<string, readonly Verdict[]>> = {
  AC: ['AC'],
  WA,
  TLE: ['TLE'],
  RTE,
};

const TIMINGS: Readonly<Record<string, Timing>> = {
  lower: 'lower',
  upper: 'upper',
  false: 'none',
  no: 'none',
};

const READ = new Set(['language', 'entrypoint', 'permitted', 'required', 'use_for_time_limit']);
const INFORMATION = new Set(['authors', 'model_solution']);
const UNUSED: Readonly<Record<string, string>> = {
  score: 'is of scoring problems, and not checked',
  message: 'is not checked',
};

export async function readSubmissionRules(
  submissions: PackageDirectory,
  report: LossReport,
): Promise<readonly StatedRule[]> {
  const file = findFile(submissions, 'submissions.yaml');
  if (file === undefined) return [];
  const yaml = await readYaml(file);
  return yaml.keys.map((pattern) => {
    const section = yaml.section(pattern);
    const glob = parseGlob(yaml, pattern);
    return section === undefined
      ? { pattern, glob, cases: [] }
      : readRule(section, pattern, glob, report);
  });
}

function readRule(
  section: YamlSection,
  pattern: string,
  glob: Glob,
  report: LossReport,
): StatedRule {
  const cases: Requirement[] = [];
  for (const key of section.keys) {
    if (READ.has(key) || INFORMATION.has(key)) continue;
    if (Object.hasOwn(UNUSED, key)) {
      report.add(section.file, UNUSED[key] ?? '', section.keyName(key));
    } else if (isYamlMap(section.value(key))) {
      const nested = section.section(key);
      if (nested !== undefined) cases.push(readCaseRule(nested, parseGlob(section, key), report));
    } else {
      report.add(section.file, 'is not known, and not used', section.keyName(key));
    }
  }
  const language = section.text('language');
  const entryPoint = section.text('entrypoint');
  return {
    pattern,
    glob,
    ...readVerdicts(section),
    ...(language === undefined ? {} : { language }),
    ...(entryPoint === undefined ? {} : { entryPoint }),
    cases,
  };
}

function readCaseRule(section: YamlSection, cases: Glob, report: LossReport): Requirement {
  for (const key of section.keys) {
    if (key === 'permitted' || key === 'required') continue;
    report.add(section.file, 'is not used for some of the cases', section.keyName(key));
  }
  const { permitted = ANY_CASE_VERDICT, required = ANY_CASE_VERDICT } = readVerdicts(section);
  return { cases, permitted, required };
}

function readVerdicts(section: YamlSection): SubmissionRule {
  const permitted = verdicts(section, 'permitted');
  const required = verdicts(section, 'required');
  const timing = readTiming(section);
  return {
    ...(permitted === undefined ? {} : { permitted }),
    ...(required === undefined ? {} : { required }),
    ...(timing === undefined ? {} : { timing }),
  };
}

function verdicts(section: YamlSection, key: string): readonly Verdict[] | undefined {
  return section.texts(key)?.flatMap((name) => {
    const known = Object.hasOwn(VERDICTS, name) ? VERDICTS[name] : undefined;
    if (known === undefined) throw section.error(key, `must be AC, WA, TLE and RTE, not ${name}`);
    return known;
  });
}

/** `true` is what holds without the key. */
function readTiming(section: YamlSection): Timing | undefined {
  const key = 'use_for_time_limit';
  const text = section.text(key)?.toLowerCase();
  if (text === undefined) return undefined;
  const timing = Object.hasOwn(TIMINGS, text) ? TIMINGS[text] : undefined;
  if (timing === undefined && section.text(key)?.match(/^(true|yes)$/i) === null) {
    throw section.error(key, 'must be true, false, lower or upper');
  }
  return timing;
}

function parseGlob(section: YamlSection, pattern: string): Glob {
  const glob = Glob.parse(pattern);
  if (glob === undefined) throw section.error(pattern, 'has too many alternatives in braces');
  return glob;
}

/**
 * The rules that hold for one submission: those of its directory, where an entry named like the
 * directory replaces what it states, and all other entries that match.
 */
export function rulesOf(
  path: string,
  stated: readonly StatedRule[],
  version: 'legacy' | 'modern',
): readonly (SubmissionRule & { readonly cases?: readonly Requirement[] })[] {
  const [directory = ''] = path.split('/');
  const byDirectory = ruleOfDirectory(directory, version);
  const replacing = stated.find(({ pattern }) => pattern.replace(/\/$/, '') === directory);
  const others = stated.filter((rule) => rule !== replacing && rule.glob.matches(path));
  if (byDirectory === undefined && replacing === undefined) return others;
  return [{ ...byDirectory, ...replacing }, ...others];
}
