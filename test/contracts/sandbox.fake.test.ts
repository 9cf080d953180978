import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeSandbox } from '../fakes/fake-sandbox.js';
import { sandboxContract } from './sandbox.contract.js';

sandboxContract({
  name: 'fake',
  contains: false,
  async open() {
    const directory = await mkdtemp(join(tmpdir(), 'minos-fake-'));
    return {
      sandbox: new FakeSandbox(directory),
      leftovers: () => readdir(directory),
      close: () => rm(directory, { recursive: true }),
    };
  },
});
