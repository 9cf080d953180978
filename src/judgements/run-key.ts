import { createHash, type Hash } from 'node:crypto';
import type { StagedFile } from '../judging/bytes.js';
import type { Language } from '../judging/language.js';
import { runLimits, validationLimits } from '../judging/limits.js';
import type { Problem } from '../judging/problem.js';
import type { Program } from '../judging/submission.js';

/** Changes when the engine decides runs differently. */
const RULES_VERSION = 1;

/** What all runs of a submission to a problem have in common. */
export interface RunSetting {
  readonly problem: Problem;
  /** Of the submission. */
  readonly language: Language;
  /** Of the submission's toolchain: the digest of its image. */
  readonly toolchainDigest: string;
  /** Digests of the toolchains of the validators, by name. */
  readonly validatorDigests?: Readonly<Record<string, string>>;
}

/**
 * Names what a run follows from: a run of the same key gives the same verdict, and is taken over
 * instead of running it again. In it are limits, the language's way of running, its toolchain, and the
 * validator with its sources; by `runKey` the artifact and the case, whose `contentId` covers input,
 * answer and arguments.
 */
export async function runSettingKey(setting: RunSetting): Promise<string> {
  const { problem, language, toolchainDigest } = setting;
  const hash = createHash('sha256');
  add(hash, [
    RULES_VERSION,
    toolchainDigest,
    language.run,
    language.environment,
    language.profile.outOfMemorySigns,
    runLimits(problem.limits, language.profile),
    problem.validator.kind,
  ]);
  if (problem.validator.kind === 'programs') {
    for (const program of problem.validator.programs) {
      await addValidator(hash, program, setting);
    }
  }
  return hash.digest('hex');
}

/** @param settingKey of `runSettingKey`. */
export function runKey(settingKey: string, artifactHash: string, contentId: string): string {
  const hash = createHash('sha256');
  add(hash, [settingKey, artifactHash, contentId]);
  return hash.digest('hex');
}

async function addValidator(
  hash: Hash,
  program: Program,
  { problem, validatorDigests = {} }: RunSetting,
): Promise<void> {
  const { language, files, entryPoint } = program;
  add(hash, [
    language.id,
    validatorDigests[language.toolchain] ?? '',
    language.compile,
    language.run,
    language.environment,
    entryPoint ?? '',
    validationLimits(problem.limits, language.profile),
    problem.limits.compilationCpuTimeMs,
    problem.limits.compilationMemoryBytes,
    files.length,
  ]);
  for (const file of files) await addFile(hash, file);
}

async function addFile(hash: Hash, { name, executable, content }: StagedFile): Promise<void> {
  const own = createHash('sha256');
  for await (const chunk of content.read()) own.update(chunk);
  add(hash, [name, executable, own.digest('hex')]);
}

function add(hash: Hash, values: readonly unknown[]): void {
  hash.update(`${JSON.stringify(values)}\n`);
}
