import { describe, expect, it } from 'vitest';
import { runKey, runSettingKey } from '../../../src/judgements/run-key.js';
import { judgeToEnd } from '../../../src/judging/judge-to-end.js';
import type { Run } from '../../../src/judging/run.js';
import type { ProblemPackage } from '../../../src/problems/problem-package.js';
import { memoryPorts } from '../../fakes/memory-ports.js';
import { ScriptedSandbox } from '../../fakes/scripted-sandbox.js';
import { readWith, SMALL, type Files } from '../problems/package-on-disk.js';

const THREE: Files = {
  ...SMALL,
  'problem.yaml': 'problem_format_version: 2025-09\nlimits: {time_limit: 1}\n',
  'data/secret/2.in': '3\n',
  'data/secret/2.ans': 'three\n',
  'submissions/accepted/a.py': 'a program',
};

type KnownRuns = Map<string, Run>;

/** Judges the one example of a package in full, with what is known, and says which cases ran. */
async function judge({ problem, exampleSubmissions }: ProblemPackage, known: KnownRuns) {
  const [submission] = exampleSubmissions;
  if (submission === undefined) throw new Error('the package has no example');
  const { language } = submission;
  const setting = await runSettingKey({ problem, language, toolchainDigest: 'sha256:1' });
  const ran: string[] = [];
  const sandbox = new ScriptedSandbox(async (request) => {
    if (request.purpose !== 'run') return {};
    const chunks: Uint8Array[] = [];
    for await (const chunk of request.stdin.read()) chunks.push(chunk);
    const input = Buffer.concat(chunks).toString();
    ran.push(input.trim());
    return { prints: { '1\n': 'one', '2\n': 'two', '3\n': 'three' }[input] ?? 'more' };
  });
  let artifactHash = '';
  await judgeToEnd(
    {
      problem,
      submission,
      mode: 'full',
      earlierRun: (artifact, contentId) => known.get(runKey(setting, artifact, contentId)),
    },
    memoryPorts(sandbox),
    undefined,
    (event) => {
      if (event.type === 'compiled') artifactHash = event.artifactHash ?? '';
      if (event.type !== 'run') return;
      const contentId = problem.testCases[event.ordinal - 1]?.contentId ?? '';
      known.set(runKey(setting, artifactHash, contentId), event);
    },
  );
  return ran;
}

describe('judging again with what is known', () => {
  it('runs only the case that changed', async () => {
    const known: KnownRuns = new Map();
    expect(await judge(await readWith(THREE), known)).toEqual(['1', '2', '3']);
    expect(await judge(await readWith(THREE), known)).toEqual([]);
    const mended = { ...THREE, 'data/secret/1.ans': 'TWO!\n' };
    expect(await judge(await readWith(mended), known)).toEqual(['2']);
    const grown = { ...mended, 'data/secret/3.in': '4\n', 'data/secret/3.ans': 'more\n' };
    expect(await judge(await readWith(grown), known)).toEqual(['4']);
  });

  it('runs all when a limit or the validator changed', async () => {
    const known: KnownRuns = new Map();
    await judge(await readWith(THREE), known);
    const slower = { ...THREE, '.timelimit': '1', 'problem.yaml': 'limits: {time_limit: 2}\n' };
    expect(await judge(await readWith(slower), known)).toHaveLength(3);
    const custom = { ...THREE, 'output_validator/v.py': 'anything' };
    expect(await judge(await readWith(custom), known)).toHaveLength(3);
  });
});
