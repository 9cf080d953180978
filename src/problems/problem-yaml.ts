import type { LossReport } from './package-notice.js';
import { badPackage } from './package-error.js';
import { findFile, type PackageDirectory } from './package-tree.js';
import { readYaml } from './yaml-file.js';
import { isYamlMap, YamlSection } from './yaml-section.js';

export const PROBLEM_YAML = 'problem.yaml';

/** What problem.yaml says, apart from the limits. */
export interface ProblemMetadata {
  /** Only decides defaults; what is there is found by presence. */
  readonly version: 'legacy' | 'modern';
  /** By language code; `''` when no language is given. */
  readonly names: ReadonlyMap<string, string>;
  /** undefined: not stated. */
  readonly validation: 'default' | 'custom' | undefined;
  readonly validatorFlags: readonly string[];
  readonly limits: YamlSection | undefined;
  /** Codes of the languages table; undefined: all. */
  readonly languages: readonly string[] | undefined;
  readonly constants: Constants;
}

/** What `{{name}}` and `{{name.variant}}` stand for, by the text between the braces. */
export type Constants = ReadonlyMap<string, string>;

const LEGACY_VERSIONS = new Set(['legacy', 'legacy-icpc']);
const MODERN_VERSIONS = new Set(['2023-07', '2023-07-draft', 'draft', '2025-09']);

/** Words of `type` and `validation` that ask for what the engine cannot do yet. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  scoring: 'scoring problems',
  score: 'validators that score',
  interactive: 'interactive problems',
  'multi-pass': 'multi-pass problems',
  multipass: 'multi-pass problems',
  'submit-answer': 'submit-answer problems',
};

/** Keys for people and archives; they do not change how a submission is judged. */
const INFORMATION = new Set([
  'author',
  'credits',
  'keywords',
  'license',
  'rights_owner',
  'source',
  'source_url',
  'uuid',
  'version',
]);

const READ = new Set([
  'allow_file_writing',
  'constants',
  'languages',
  'limits',
  'name',
  'problem_format_version',
  'type',
  'validation',
  'validator_flags',
]);

const UNUSED: Readonly<Record<string, string>> = {
  embargo_until: 'is not kept: whoever has the package can judge with it',
  grading: 'is of scoring problems, and not used',
  scoring: 'is of scoring problems, and not used',
};

/** An absent problem.yaml is legal: a legacy package without metadata. */
export async function readProblemYaml(
  root: PackageDirectory,
  report: LossReport,
): Promise<ProblemMetadata> {
  const file = findFile(root, PROBLEM_YAML);
  const yaml =
    file === undefined ? new YamlSection(PROBLEM_YAML, '', new Map()) : await readYaml(file);
  reportUnusedKeys(yaml, report);
  refuseUnsupportedTypes(yaml);
  const languages = yaml.texts('languages')?.flatMap((text) => text.trim().split(/\s+/));
  return {
    version: readVersion(yaml, report),
    names: readNames(yaml),
    validation: readValidation(yaml),
    validatorFlags: yaml.words('validator_flags') ?? [],
    limits: yaml.section('limits'),
    languages: languages?.includes('all') === true ? undefined : languages,
    constants: readConstants(yaml),
  };
}

function reportUnusedKeys(yaml: YamlSection, report: LossReport): void {
  for (const key of yaml.keys) {
    if (READ.has(key) || INFORMATION.has(key)) continue;
    const message = Object.hasOwn(UNUSED, key) ? UNUSED[key] : undefined;
    report.add(yaml.file, message ?? 'is not known, and not used', key);
  }
  if (yaml.boolean('allow_file_writing') === false) {
    const message = 'is not kept: a submission may write files into its own work directory';
    report.add(yaml.file, message, 'allow_file_writing');
  }
}

function readVersion(yaml: YamlSection, report: LossReport): 'legacy' | 'modern' {
  const key = 'problem_format_version';
  const version = yaml.text(key) ?? 'legacy';
  if (LEGACY_VERSIONS.has(version)) return 'legacy';
  if (!MODERN_VERSIONS.has(version)) {
    report.add(yaml.file, `${version} is not known; the package is read as 2025-09`, key);
  }
  return 'modern';
}

function refuseUnsupportedTypes(yaml: YamlSection): void {
  const words = (yaml.texts('type') ?? []).flatMap((text) => text.trim().split(/\s+/));
  for (const word of words) {
    refuseUnsupported(yaml, 'type', word);
    if (word !== 'pass-fail') {
      throw yaml.error('type', `must be pass-fail; ${word} is not known`);
    }
  }
}

function readValidation(yaml: YamlSection): 'default' | 'custom' | undefined {
  const key = 'validation';
  const [first, ...others] = yaml.texts(key)?.flatMap((text) => text.trim().split(/\s+/)) ?? [];
  if (first === undefined) return undefined;
  if (first !== 'default' && first !== 'custom') {
    throw yaml.error(key, `must begin with default or custom, not ${first}`);
  }
  for (const word of others) {
    refuseUnsupported(yaml, key, word);
    throw yaml.error(key, `${word} is not known`);
  }
  return first;
}

function refuseUnsupported(yaml: YamlSection, key: string, word: string): void {
  const subject = Object.hasOwn(UNSUPPORTED, word) ? UNSUPPORTED[word] : undefined;
  if (subject === undefined) return;
  throw badPackage(yaml.file, `${word}: ${subject} are not supported yet`, key);
}

function readNames(yaml: YamlSection): ReadonlyMap<string, string> {
  if (!isYamlMap(yaml.value('name'))) {
    const name = yaml.text('name');
    return new Map(name === undefined ? [] : [['', name]]);
  }
  const section = yaml.section('name');
  const names = new Map<string, string>();
  for (const language of section?.keys ?? []) names.set(language, section?.text(language) ?? '');
  return names;
}

const CONSTANT_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

function readConstants(yaml: YamlSection): Constants {
  const section = yaml.section('constants');
  const constants = new Map<string, string>();
  for (const name of section?.keys ?? []) {
    if (section === undefined) break;
    if (!CONSTANT_NAME.test(name)) {
      throw section.error(name, 'is no name: it must be letters, digits and _');
    }
    const variants = isYamlMap(section.value(name)) ? section.section(name) : undefined;
    const value = (variants ?? section).text(variants === undefined ? name : 'value');
    if (value === undefined) throw section.error(name, 'has no value');
    constants.set(name, value);
    constants.set(`${name}.value`, value);
    for (const variant of variants?.keys ?? []) {
      constants.set(`${name}.${variant}`, variants?.text(variant) ?? '');
    }
  }
  return constants;
}
