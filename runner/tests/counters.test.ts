import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildTestImage } from './image.js';
import { requestOf, resultOf, Supervised } from './supervised.js';

/*
 * A machine has one version of control groups, so the files of the others are made up here, and
 * changed while a program sleeps.
 */

interface Layout {
  readonly files: Readonly<Record<string, (used: Used) => string>>;
}

interface Used {
  readonly cpuMs: number;
  readonly anonymousBytes: number;
  readonly sharedBytes: number;
  readonly outOfMemoryKills: number;
  /** Of the container's own limit. */
  readonly limitHits: number;
}

const BEFORE = {
  cpuMs: 5000,
  anonymousBytes: 1e6,
  sharedBytes: 0,
  outOfMemoryKills: 1,
  limitHits: 4,
};
const AFTER = {
  cpuMs: 5200,
  anonymousBytes: 6e6,
  sharedBytes: 3e6,
  outOfMemoryKills: 3,
  limitHits: 5,
};

const v1Memory: Layout['files'] = {
  'memory/memory.stat': ({ anonymousBytes, sharedBytes }) =>
    `cache 9\nrss ${anonymousBytes}\nrss_huge 7\nshmem ${sharedBytes}\ntotal_rss 1\n`,
  'memory/memory.oom_control': ({ outOfMemoryKills }) =>
    `oom_kill_disable 0\nunder_oom 0\noom_kill ${outOfMemoryKills}\n`,
  'memory/memory.max_usage_in_bytes': ({ limitHits }) =>
    `${limitHits === BEFORE.limitHits ? 9e6 : 64e6 - 4096}\n`,
  'memory/memory.limit_in_bytes': () => '64000000\n',
};

const LAYOUTS: Readonly<Record<string, Layout>> = {
  'version 2': {
    files: {
      'cpu.stat': ({ cpuMs }) => `usage_usec ${cpuMs * 1000}\nuser_usec 1\nsystem_usec 1\n`,
      'memory.stat': ({ anonymousBytes, sharedBytes }) =>
        `anon ${anonymousBytes}\nfile 99999999\nkernel 8\nshmem ${sharedBytes}\nanon_thp 5\n`,
      'memory.events': ({ outOfMemoryKills, limitHits }) =>
        `low 0\nhigh 0\nmax 7\noom ${limitHits}\noom_kill ${outOfMemoryKills}\noom_group_kill 5\n`,
    },
  },
  'version 1': {
    files: { ...v1Memory, 'cpuacct/cpuacct.usage': ({ cpuMs }) => `${cpuMs * 1_000_000}\n` },
  },
  'version 1 with joined controllers': {
    files: { ...v1Memory, 'cpu,cpuacct/cpuacct.usage': ({ cpuMs }) => `${cpuMs * 1_000_000}\n` },
  },
};

async function write(directory: string, { files }: Layout, used: Used): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    const path = join(directory, name);
    // In place: the supervisor must not find a file empty.
    await writeFile(path, text(used), { flag: existsSync(path) ? 'r+' : 'w' });
  }
}

async function withDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'minos-cgroup-'));
  try {
    await use(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

beforeAll(() => buildTestImage());

describe('the counters', () => {
  it.each(Object.entries(LAYOUTS))('are read from control groups of %s', (_, layout) =>
    withDirectory(async (directory) => {
      await write(directory, layout, BEFORE);
      const request = requestOf({
        command: ['/probes/ends', 'sleep'],
        limits: { wallTimeMs: 1500 },
      });
      await using supervised = await Supervised.open(request, [`${directory}:/sys/fs/cgroup:ro`]);
      const ran = await supervised.run(request, async () => {
        await setTimeout(700);
        await write(directory, layout, AFTER);
      });
      const result = resultOf(ran);
      expect(result).toMatchObject({ memoryBytes: 8e6, outOfMemoryKills: 2 });
      // Less what the supervisor used itself, which was not made up.
      expect(result.cpuTimeMs).toBeGreaterThan(150);
      expect(result.cpuTimeMs).toBeLessThan(200);
    }),
  );

  it.each(Object.entries(LAYOUTS))(
    'are no result when the kernel killed for want of memory elsewhere, in control groups of %s',
    (_, layout) =>
      withDirectory(async (directory) => {
        await write(directory, layout, BEFORE);
        const request = requestOf({
          command: ['/probes/ends', 'sleep'],
          limits: { wallTimeMs: 1500 },
        });
        await using supervised = await Supervised.open(request, [`${directory}:/sys/fs/cgroup:ro`]);
        const { end } = await supervised.run(request, async () => {
          await setTimeout(700);
          await write(directory, layout, { ...AFTER, limitHits: BEFORE.limitHits });
        });
        expect(end).toMatchObject({
          kind: 'failure',
          message: expect.stringContaining('the machine ran out of memory') as string,
        });
      }),
  );

  it('are needed: without them the supervisor fails before it takes a job', () =>
    withDirectory(async (directory) => {
      await using supervised = await Supervised.open(requestOf({}), [
        `${directory}:/sys/fs/cgroup:ro`,
      ]);
      expect(await supervised.exitCode).toBe(1);
      expect(Buffer.from((await supervised.read()) ?? []).toString()).toMatch(
        /^X.*no cgroup counter for CPU time$/s,
      );
    }));
});
