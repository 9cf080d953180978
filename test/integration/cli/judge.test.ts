import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { loadConfig } from '../../../src/config/load-config.js';
import type { JudgementEvent } from '../../../src/judging/judgement.js';
import { connectDocker } from '../../../src/sandbox/docker/docker-client.js';
import { complaints, minos, ROOT, start } from './command-line.js';

const PACKAGE = join(ROOT, 'problems/different');

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'minos-judge-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function source(name: string, text: string): Promise<string> {
  await writeFile(join(directory, name), text);
  return name;
}

function eventsOf(stdout: string): readonly JudgementEvent[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as JudgementEvent);
}

async function containersOf(pid: number): Promise<readonly string[]> {
  const host = process.env['DOCKER_HOST'];
  const client = await connectDocker(host === undefined ? {} : { host });
  const containers = await client.listByLabel(['minos.owner']);
  return containers
    .filter(({ labels }) => labels['minos.owner']?.split('.')[2] === String(pid))
    .map(({ id }) => id);
}

describe('minos judge', () => {
  it('prints the events as JSON lines, the verdict last, and exits with 0', async () => {
    const file = 'submissions/accepted/different.cpp';
    const result = await minos(['judge', PACKAGE, join(PACKAGE, file), '--json']);
    expect(result.exitCode).toBe(0);
    const events = eventsOf(result.stdout);
    expect(events[0]).toMatchObject({ type: 'started', language: 'cpp20' });
    expect(events[1]).toMatchObject({ type: 'compiled', accepted: true });
    expect(events.at(-1)).toMatchObject({ type: 'finished', verdict: 'AC' });
    expect(events.filter(({ type }) => type === 'run')).toHaveLength(events.length - 3);
  });

  it('rejects nothing by a compiler that rejects everything', async () => {
    const shipped = await readFile(join(ROOT, 'judge.config.yaml'), 'utf8');
    const content = parse(shipped) as { languages: { cpp20: object } };
    // g++ says its version still, and finds no compiler proper.
    const environment = { GCC_EXEC_PREFIX: '/nowhere/' };
    const languages = { ...content.languages, cpp20: { ...content.languages.cpp20, environment } };
    const config = await source('judge.config.yaml', stringify({ ...content, languages }));
    const program = await source('broken.cpp', 'int main() { return }');
    const args = ['--config', join(directory, config), 'judge', PACKAGE];
    const result = await minos([...args, join(directory, program)]);
    expect(result.exitCode).toBe(3);
    expect(result.stdout).toMatch(/^JE .*C\+\+20 \(GCC\) does not work on this machine/m);
  });

  it('exits with 0 also for a wrong answer, and shows where a sample differs', async () => {
    const args = [
      'judge',
      PACKAGE,
      await source('zero.py', 'import sys\nfor _ in sys.stdin: print(0)\n'),
    ];
    const result = await minos(args, { cwd: directory });
    expect(result.exitCode).toBe(0);
    expect(result.stdout).toContain('expected (-), got (+)');
    expect(result.stdout.trimEnd().split('\n').at(-1)).toMatch(/^WA \(wrong answer\) on sample\/1/);
    // Not a terminal: no colours.
    expect(result.stdout).not.toContain('\u001b');
  });

  it('shows what the compiler said', async () => {
    const args = ['judge', PACKAGE, await source('bad.cpp', 'int main() { return x; }\n')];
    const result = await minos(args, { cwd: directory });
    expect(result.exitCode).toBe(0);
    expect(result.stdout).toMatch(/was not declared/);
    expect(result.stdout.trimEnd().split('\n').at(-1)).toMatch(/^CE \(compile error\)/);
  });

  it('stops at the first case that is not accepted, unless asked for all', async () => {
    const file = await source('wrong.py', 'print(0)\n');
    const countRuns = async (mode: string) => {
      const args = ['judge', PACKAGE, file, '--json', '--mode', mode];
      const { stdout } = await minos(args, { cwd: directory });
      return eventsOf(stdout).filter(({ type }) => type === 'run');
    };
    expect(await countRuns('lazy')).toHaveLength(1);
    expect((await countRuns('full')).length).toBeGreaterThan(2);
    expect(await countRuns('samples')).toHaveLength(1);
  });

  it('leaves no container when it is interrupted, and exits with 130', async () => {
    const file = await source('loop.py', 'while True: pass\n');
    const command = start(['judge', PACKAGE, file], { cwd: directory });
    await command.saw('judging');
    const pid = command.child.pid ?? 0;
    await expect.poll(() => containersOf(pid), { timeout: 60_000 }).not.toEqual([]);
    process.kill(-pid, 'SIGINT');
    const result = await command.result;
    expect(result.exitCode).toBe(130);
    expect(complaints(result)).toEqual(['minos: stopped by SIGINT [aborted]']);
    expect(await containersOf(pid)).toEqual([]);
  });

  it('keeps its data where the configuration says', () => {
    expect(loadConfig(join(ROOT, 'judge.config.yaml')).dataDirectory).toBe(join(ROOT, '.minos'));
  });
});
