/**
 * A process that runs an execution natively and is then killed by `native-lifeline.test.ts`.
 * Arguments: root, launcher, engine id. Says `launcher PID` when ready and `running` when the program is.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobStore } from '../../../src/sandbox/blob-store.js';
import { NativeSandbox } from '../../../src/sandbox/native/native-sandbox.js';
import { testCgroups } from '../../contracts/native-host.js';
import { LIMITS, shell } from '../../contracts/sandbox-trial.js';

const [root = '', launcher = '', engineId = ''] = process.argv.slice(2);
const directory = await mkdtemp(join(tmpdir(), 'minos-victim-'));
const sandbox = await NativeSandbox.open({
  rootOf: () => Promise.resolve(root),
  launcher: () => Promise.resolve(launcher),
  cgroups: testCgroups(engineId),
  blobs: await BlobStore.open({ directory, maxBytes: 2 ** 20 }),
  slots: [{ index: 0, core: 0, uid: 64_010 }],
});
const controller = new AbortController();
process.once('SIGINT', () => controller.abort(new Error('interrupted')));
sandbox.prepare({ toolchain: 'bash', limits: LIMITS, stagedBytes: 0 }, 3);
try {
  await sandbox.execute(
    shell('echo running; sleep 100 & sleep 100', { limits: { wallTimeMs: 100_000 } }),
    {
      stdout: {
        write: async (chunk) => {
          console.log(`launcher ${String((await sandbox.launchers())[0])}`);
          process.stdout.write(chunk);
        },
      },
      stderr: { write: () => undefined },
    },
    controller.signal,
  );
} catch (error) {
  console.log((error as Error).message);
} finally {
  await sandbox.close();
}
