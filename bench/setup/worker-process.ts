import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import type { ApiService } from './api-service.js';
import { configured, type DriverName } from './engine.js';

const WORKER = fileURLToPath(new URL('../../src/main-worker.js', import.meta.url));
/** Programs of this worker are nobody else's, though others judge on this machine. */
const UID_OFFSET = 950;

/** A worker as `judge.config.yaml` sets it up, on one slot, with one language. Ready when it resolves. */
export async function startWorker(
  { databaseUrl, dataDirectory }: ApiService,
  driver: DriverName,
  languageId: string,
): Promise<AsyncDisposable> {
  const { config } = await configured();
  // What is unpacked already.
  await symlink(join(config.dataDirectory, 'roots'), join(dataDirectory, 'roots'));
  const file = join(dataDirectory, 'worker.config.yaml');
  const shipped = parse(await readFile(resolve('judge.config.yaml'), 'utf8')) as Record<
    string,
    Record<string, unknown>
  >;
  await writeFile(
    file,
    stringify({
      ...shipped,
      data_directory: dataDirectory,
      blobs: { ...shipped['blobs'], directory: join(dataDirectory, 'blobs') },
      languages: { [languageId]: shipped['languages']?.[languageId] },
      sandbox: {
        ...shipped['sandbox'],
        driver,
        slots: 1,
        first_uid: config.sandbox.firstUid + UID_OFFSET,
      },
    }),
  );
  const child = spawn(process.execPath, [WORKER, '--config', file], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let complaints = '';
  child.stderr?.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => {
      throw new Error(`the worker did not start:\n${complaints}`);
    }),
  ]);
  return {
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
