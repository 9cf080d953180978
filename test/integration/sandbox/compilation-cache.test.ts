import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCompiler } from '../../../src/cli/open-compiler.js';
import { judgeSubmission } from '../../../src/judging/judge-submission.js';
import type { JudgementEvent } from '../../../src/judging/judgement.js';
import type { Language } from '../../../src/judging/language.js';
import type { OutputValidator } from '../../../src/judging/problem.js';
import { BlobStore } from '../../../src/sandbox/blob-store.js';
import { FileScratch } from '../../../src/sandbox/scratch.js';
import { nativeProblem, openTestNative } from '../../contracts/native-host.js';
import { ENVIRONMENT, file } from '../../contracts/sandbox-trial.js';
import { problem, testCase, TOY_LANGUAGE } from '../../fakes/sample-problem.js';

/** Its compiler makes a program that prints the source. */
const TOY: Language = {
  ...TOY_LANGUAGE,
  toolchain: 'bash',
  environment: ENVIRONMENT,
  compile: [
    '/bin/bash',
    '-c',
    `(echo '#!/bin/bash'; echo "echo '$(cat /box/main.toy)'") > main; chmod +x main; echo compiled`,
  ],
  artifacts: ['main'],
  run: ['/box/main'],
};

/** A validator whose compiler makes a program of the source as it is. */
function validator(source: string): OutputValidator {
  const language = { ...TOY, compile: ['/bin/bash', '-c', 'cp /box/main.toy main; chmod +x main'] };
  return { kind: 'programs', programs: [{ language, files: [file('main.toy', source)] }] };
}

interface JudgeOptions {
  readonly artifacts?: string;
  readonly artifactBytes?: number;
  readonly validator?: OutputValidator;
  readonly cases?: number;
  /** After each case. */
  readonly onRun?: () => Promise<void>;
}

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'minos-cache-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

/** Judges as a process of its own would, with what earlier ones left. */
async function judge(
  source: string,
  {
    artifacts = join(directory, 'artifacts'),
    artifactBytes = 2 ** 26,
    cases = 1,
    onRun,
    ...changes
  }: JudgeOptions = {},
) {
  const blobs = await BlobStore.open({ directory: artifacts, maxBytes: artifactBytes });
  const { sandbox, close } = await openTestNative({ slotCount: 1, blobs });
  let compilations = 0;
  const counting = {
    slots: 1,
    prepare: sandbox.prepare.bind(sandbox),
    execute(...given: Parameters<typeof sandbox.execute>) {
      if (given[0].purpose === 'compile') compilations += 1;
      return sandbox.execute(...given);
    },
  };
  const prove = () => Promise.resolve();
  const compiler = await openCompiler({
    sandbox: counting,
    blobs,
    prove,
    cache: {
      directory: join(directory, 'entries'),
      maxBytes: 2 ** 20,
      imageIdOf: () => Promise.resolve('test'),
    },
  });
  await using scratch = await FileScratch.open(join(directory, 'scratch'));
  const events: JudgementEvent[] = [];
  const job = {
    problem: problem(
      Array.from({ length: cases }, (_, index) => testCase(`secret/${index + 1}`)),
      changes,
    ),
    submission: { language: TOY, files: [file('main.toy', source)] },
    mode: 'lazy',
  } as const;
  try {
    const ports = { sandbox: counting, compiler, scratch, prove };
    for await (const event of judgeSubmission(job, ports)) {
      events.push(event);
      if (event.type === 'run') await onRun?.();
    }
  } finally {
    await close();
  }
  const last = events.at(-1);
  if (last?.type !== 'finished') throw new Error('it did not finish');
  return { verdict: last.verdict, reason: last.reason, compilations };
}

const only = async (of: 'artifacts' | 'entries'): Promise<string> => {
  const [name = ''] = await readdir(join(directory, of));
  return join(directory, of, name);
};

describe.skipIf(nativeProblem() !== undefined)('a program that was compiled before', () => {
  it('is judged the same, and not compiled again', async () => {
    expect(await judge('yes')).toMatchObject({ verdict: 'AC', compilations: 1 });
    expect(await judge('yes')).toMatchObject({ verdict: 'AC', compilations: 0 });
    expect(await judge('no')).toMatchObject({ verdict: 'WA', compilations: 1 });
  });

  it('is compiled anew when its artifact was changed into one that would be accepted', async () => {
    expect(await judge('no')).toMatchObject({ verdict: 'WA', compilations: 1 });
    const artifact = await only('artifacts');
    await writeFile(artifact, (await readFile(artifact, 'utf8')).replace("'no'", "'yes'"));
    expect(await judge('no')).toMatchObject({ verdict: 'WA', compilations: 1 });
    expect(await judge('no')).toMatchObject({ verdict: 'WA', compilations: 0 });
  });

  it('is compiled anew when what is known of it was damaged', async () => {
    await judge('yes');
    await writeFile(await only('entries'), '{"kind":"failed"}');
    expect(await judge('yes')).toMatchObject({ verdict: 'AC', compilations: 1 });
  });
});

describe.skipIf(nativeProblem() !== undefined)('a validator', () => {
  const accepting = validator('#!/bin/bash\nexit 42\n');

  it('is compiled by the first process that needs it, for every submission', async () => {
    const first = await judge('one', { validator: accepting });
    expect(first).toMatchObject({ verdict: 'AC', compilations: 2 });
    const second = await judge('two', { validator: accepting });
    expect(second).toMatchObject({ verdict: 'AC', compilations: 1 });
  });

  it('is compiled anew when the problem has another', async () => {
    await judge('one', { validator: accepting });
    const other = await judge('one', { validator: validator('#!/bin/bash\nexit 43\n') });
    expect(other).toMatchObject({ verdict: 'WA', compilations: 1 });
  });
});

/** Larger than what is kept in memory. */
const LARGE = `#!/bin/bash\nexit 42\n#${'x'.repeat(9 * 2 ** 20)}`;
const CASES = 4;

describe.skipIf(nativeProblem() !== undefined)('a cache in use (F30)', () => {
  it.each([
    ['that is small', '#!/bin/bash\nexit 42\n'],
    ['that is large', LARGE],
  ])('may lose programs between cases, also a validator %s', async (_, source) => {
    const artifacts = join(directory, 'artifacts');
    const judged = await judge('yes', {
      artifacts,
      validator: validator(source),
      cases: CASES,
      onRun: async () => {
        for (const name of await readdir(artifacts)) await rm(join(artifacts, name));
      },
    });
    expect(judged).toMatchObject({ verdict: 'AC', reason: '' });
  });

  it('keeps what is used, although it holds more than its bound', async () => {
    const judged = await judge('yes', {
      artifactBytes: 1,
      validator: validator(LARGE),
      cases: CASES,
    });
    expect(judged).toMatchObject({ verdict: 'AC', compilations: 2 });
  });
});

describe.skipIf(nativeProblem() !== undefined)('a disk that is full', () => {
  it('is a judging error that says so, no compile error, and is over when there is room', async () => {
    const small = join(directory, 'small');
    await mkdir(small);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small]);
    try {
      const filler = join(small, 'filler');
      await writeFile(filler, Buffer.alloc(2 ** 20)).catch(() => undefined);
      const full = await judge('yes', { artifacts: small });
      expect(full.verdict).toBe('JE');
      expect(full.reason).toMatch(/cannot be kept on disk: ENOSPC/);
      await rm(filler);
      expect(await judge('yes', { artifacts: small })).toMatchObject({
        verdict: 'AC',
        compilations: 1,
      });
    } finally {
      execFileSync('umount', [small]);
    }
  });
});
