import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareDataDirectory } from '../../../src/cli/data-directory.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'minos-data-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('the data directory', () => {
  it('is made with the directories above it, and may be there already', async () => {
    const data = join(directory, 'a', 'b');
    await prepareDataDirectory(data);
    await prepareDataDirectory(data);
    expect((await stat(data)).isDirectory()).toBe(true);
  });

  it('may not be a file, nor lie below one', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    for (const data of [file, join(file, 'below')]) {
      await expect(prepareDataDirectory(data)).rejects.toMatchObject({ code: 'data-directory' });
    }
  });

  // Node's recursive mkdir never ends there: the kernel says that the parent, which is there, is not.
  it('is refused where the kernel lets nobody make one', async () => {
    await expect(prepareDataDirectory('/proc/minos/data')).rejects.toMatchObject({
      code: 'data-directory',
      message: expect.stringContaining('/proc/minos/data') as string,
    });
  });
});
