import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobStore } from '../../src/sandbox/blob-store.js';
import { cgroupLayout } from '../../src/sandbox/native/cgroup-layout.js';
import { CgroupTree } from '../../src/sandbox/native/cgroup-tree.js';
import { NativeSandbox } from '../../src/sandbox/native/native-sandbox.js';
import { allowedCores, planSlots } from '../../src/sandbox/slots.js';
import { sandboxContract } from './sandbox.contract.js';

sandboxContract({
  name: 'native driver',
  contains: true,
  open: async () => {
    const directory = await mkdtemp(join(tmpdir(), 'minos-sandbox-'));
    const layout = cgroupLayout(readFileSync('/proc/self/mounts', 'utf8'), () => '');
    if (typeof layout === 'string') throw new Error(layout);
    const sandbox = await NativeSandbox.open({
      rootOf: () => Promise.resolve('/tmp/nroot'),
      launcher: () => Promise.resolve('/tmp/nb/launcher'),
      cgroups: new CgroupTree(layout, `test-${process.pid}`),
      blobs: await BlobStore.open({ directory: join(directory, 'blobs'), maxBytes: 2 ** 30 }),
      slots: planSlots({ count: 2, firstUid: 64_000, cores: await allowedCores() }),
      ahead: 0,
    });
    return {
      sandbox,
      leftovers: () => sandbox.containers(),
      async close() {
        await sandbox.close();
        await rm(directory, { recursive: true });
      },
    };
  },
});
