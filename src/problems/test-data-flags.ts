import type { LossReport } from './package-notice.js';
import { findFile, type PackageDirectory } from './package-tree.js';
import { replaceConstants } from './staged-package-file.js';
import type { Constants } from './problem-yaml.js';
import { readYaml } from './yaml-file.js';
import { isYamlMap, type YamlSection } from './yaml-section.js';

/** What directories of test data and cases pass to programs, inherited downwards key by key. */
export interface TestDataFlags {
  readonly validatorArguments: readonly string[];
  /** File and key that state them, for errors. */
  readonly validatorArgumentsAt: FlagPlace | undefined;
  readonly programArguments: readonly string[];
}

export interface FlagPlace {
  readonly file: string;
  readonly key: string;
}

export const NO_FLAGS: TestDataFlags = {
  validatorArguments: [],
  validatorArgumentsAt: undefined,
  programArguments: [],
};

/** Legacy, 2025-09; the one that stands first counts. */
const GROUP_FILES = ['test_group.yaml', 'testdata.yaml'];

/** Keys that address preparation tools and people; judging is the same without them. */
const INFORMATION = new Set([
  'description',
  'input_validator_args',
  'input_validator_flags',
  'input_visualizer_args',
  'output_visualizer_args',
]);

const UNUSED: Readonly<Record<string, string>> = {
  full_feedback: 'is not kept: only samples are shown',
  hint: 'is not shown',
  on_reject: 'is not used: the judging mode decides when to stop',
};

/** Legacy spells flags as one text, 2025-09 as a sequence; either is read from either. */
const VALIDATOR_KEYS = ['output_validator_args', 'output_validator_flags'];

/** The flags of a directory: its own, over those of the directories above. */
export async function readGroupFlags(
  directory: PackageDirectory,
  inherited: TestDataFlags,
  constants: Constants,
  report: LossReport,
): Promise<TestDataFlags> {
  const files = GROUP_FILES.flatMap((name) => findFile(directory, name) ?? []);
  const [file, ignored] = files;
  if (file === undefined) return inherited;
  if (ignored !== undefined) report.add(ignored.path, `is not used: ${file.name} counts`);
  return readFlags(await readYaml(file), inherited, constants, report);
}

export function readFlags(
  yaml: YamlSection,
  inherited: TestDataFlags,
  constants: Constants,
  report: LossReport,
): TestDataFlags {
  reportUnusedKeys(yaml, report);
  const replace = (words: readonly string[]) =>
    words.map((word) => replaceConstants(word, constants));
  const key = VALIDATOR_KEYS.find((candidate) => yaml.has(candidate));
  const own = key === undefined ? undefined : validatorWords(yaml, key);
  const programArguments = yaml.texts('args');
  return {
    ...inherited,
    ...(key === undefined || own === undefined
      ? {}
      : { validatorArguments: replace(own), validatorArgumentsAt: { file: yaml.file, key } }),
    ...(programArguments === undefined ? {} : { programArguments: replace(programArguments) }),
  };
}

/** Legacy also allows a mapping of a validator's `name` and its `flags`. */
function validatorWords(yaml: YamlSection, key: string): readonly string[] | undefined {
  if (!isYamlMap(yaml.value(key))) return yaml.words(key) ?? [];
  return yaml.section(key)?.words('flags') ?? [];
}

function reportUnusedKeys(yaml: YamlSection, report: LossReport): void {
  const scoring: string[] = [];
  for (const key of yaml.keys) {
    if (VALIDATOR_KEYS.includes(key) || key === 'args' || INFORMATION.has(key)) continue;
    if (Object.hasOwn(UNUSED, key)) report.add(yaml.file, UNUSED[key] ?? '', key);
    else if (SCORING.has(key)) scoring.push(key);
    else report.add(yaml.file, 'is not known, and not used', key);
  }
  if (scoring.length === 0) return;
  report.add(yaml.file, 'not used: groups have no grading yet', scoring.join(', '));
}

const SCORING = new Set([
  'accept_score',
  'grader_flags',
  'grading',
  'max_score',
  'range',
  'reject_score',
  'require_pass',
  'score_aggregation',
  'scoring',
  'static_validation_score',
  'static_validator_args',
]);
