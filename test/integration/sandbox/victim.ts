/**
 * A process that runs an execution and is then killed, or interrupted, by `lifeline.test.ts`.
 * Arguments: image, engine id, directory. Says `run RUN-ID` when ready and `running` when the program is.
 */
import { BlobStore } from '../../../src/sandbox/blob-store.js';
import { connectDocker } from '../../../src/sandbox/docker/docker-client.js';
import { DockerSandbox } from '../../../src/sandbox/docker/docker-sandbox.js';
import { LIMITS, shell } from '../../contracts/sandbox-trial.js';

const [image = '', engineId = '', directory = ''] = process.argv.slice(2);
const host = process.env['DOCKER_HOST'];
const sandbox = await DockerSandbox.open({
  client: await connectDocker(host === undefined ? {} : { host }),
  imageOf: () => Promise.resolve(image),
  blobs: await BlobStore.open({ directory, maxBytes: 2 ** 20 }),
  slots: [{ index: 0, core: 0, uid: 64_010 }],
  engineId,
});
console.log(`run ${sandbox.run}`);

const controller = new AbortController();
process.once('SIGINT', () => controller.abort(new Error('interrupted')));
sandbox.prepare({ toolchain: 'bash', limits: LIMITS, stagedBytes: 0 }, 3);
try {
  await sandbox.execute(
    shell('echo running; sleep 100', { limits: { wallTimeMs: 100_000 } }),
    {
      stdout: { write: (chunk) => void process.stdout.write(chunk) },
      stderr: { write: () => undefined },
    },
    controller.signal,
  );
} catch (error) {
  console.log((error as Error).message);
} finally {
  await sandbox.close();
}
