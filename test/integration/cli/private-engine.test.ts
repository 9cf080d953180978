import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  engineHost,
  engineState,
  startEngine,
  stopEngine,
  type EnginePaths,
} from '../../../src/cli/engine/private-engine.js';
import { answers } from '../../../src/cli/engine/engine-address.js';
import { SILENT } from '../../../src/cli/progress.js';

describe('the private engine', () => {
  let directory: string;
  let paths: EnginePaths;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'minos-engine-'));
    paths = {
      dataRoot: join(directory, 'data'),
      runDirectory: join(directory, 'run'),
      logFile: join(directory, 'docker.log'),
    };
  });
  afterAll(async () => {
    await stopEngine(paths, SILENT);
    await rm(directory, { recursive: true, force: true });
  });

  it('is started once by two callers at the same time', async () => {
    const started = await Promise.all([startEngine(paths, SILENT), startEngine(paths, SILENT)]);
    expect(started.sort()).toEqual([false, true]);
    expect(await answers(engineHost(paths))).toBe(true);
    expect(await engineState(paths)).toMatchObject({ kind: 'running' });
  });

  it('starts again after it was killed, over what it left behind', async () => {
    const before = await engineState(paths);
    if (before.kind !== 'running') throw new Error('it does not run');
    process.kill(before.pid, 'SIGKILL');
    while ((await engineState(paths)).kind !== 'absent') await sleep(50);
    expect(await startEngine(paths, SILENT)).toBe(true);
    const after = await engineState(paths);
    expect(after).toMatchObject({ kind: 'running' });
    expect(after).not.toEqual(before);
  });

  it('is gone after a stop, its containerd too, and there is nothing to stop then', async () => {
    const file = join(paths.runDirectory, 'docker-exec/containerd/containerd.pid');
    const containerd = Number(await readFile(file, 'utf8'));
    expect(await stopEngine(paths, SILENT)).toBe(true);
    expect(await engineState(paths)).toEqual({ kind: 'absent' });
    expect(() => process.kill(containerd, 0)).toThrow('ESRCH');
    expect(await stopEngine(paths, SILENT)).toBe(false);
  });

  it('never stops a process that only has the number of a dead one', async () => {
    await mkdir(paths.runDirectory, { recursive: true });
    await writeFile(join(paths.runDirectory, 'docker.pid'), String(process.pid));
    expect(await stopEngine(paths, SILENT)).toBe(false);
    expect(await startEngine(paths, SILENT)).toBe(true);
  });

  it('says why it does not start', async () => {
    const blocked = { ...paths, runDirectory: join(directory, 'blocked') };
    // The data root is in use by the engine that runs: a second one ends at once.
    const error = await startEngine(blocked, SILENT).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'engine-unavailable' });
    expect((error as Error).message).toContain('dockerd ended with 1');
  });
});
