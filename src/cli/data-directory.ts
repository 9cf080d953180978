import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { JudgeError } from '../errors.js';

/**
 * Makes sure of the directory of caches, artifacts and scratch before anything needs it.
 * @throws JudgeError `data-directory` when it cannot be made, or not be written to.
 */
export async function prepareDataDirectory(directory: string): Promise<void> {
  try {
    await makeDirectory(directory);
    await access(directory, constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new JudgeError(
      'data-directory',
      `${directory}: the data directory cannot be written to (${code})`,
      { cause: error, details: ['State another as data_directory in the configuration.'] },
    );
  }
}

/** Node's recursive mkdir never ends below /proc, and calls a read-only file system ENOENT. */
async function makeDirectory(directory: string): Promise<void> {
  if (await isDirectory(directory)) return;
  const parent = dirname(directory);
  if (parent !== directory) await makeDirectory(parent);
  try {
    await mkdir(directory);
  } catch (error) {
    // Another process may have made it in the meantime.
    if (!(await isDirectory(directory))) throw error;
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
