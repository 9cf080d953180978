import { mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sourceOf } from '../../../src/judging/bytes.js';
import type { ExecutionRequest } from '../../../src/judging/execution.js';
import { SandboxFailure } from '../../../src/judging/ports.js';
import { BlobStore, type StoredBytes } from '../../../src/sandbox/blob-store.js';
import {
  nativeImages,
  nativeProblem,
  openTestNative,
  type TestNative,
} from '../../contracts/native-host.js';
import { bytesOf, MIB, shell, tryOut } from '../../contracts/sandbox-trial.js';

/** Programs that are large enough not to be copied. */
const LARGE_BYTES = 256 * 1024;

describe.skipIf(nativeProblem() !== undefined)('a program that is lent', () => {
  let directory: string;
  let blobs: BlobStore;
  let native: TestNative;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'minos-lending-'));
    blobs = await BlobStore.open({ directory, maxBytes: 2 ** 30 });
    native = await openTestNative({ slotCount: 1, blobs });
  });
  afterAll(async () => {
    await native.close();
    await rm(directory, { recursive: true });
  });

  const store = (content: Uint8Array, sizeBytes = LARGE_BYTES): Promise<StoredBytes> =>
    blobs.put(sourceOf(Buffer.concat([content, Buffer.alloc(sizeBytes, '\n')])));
  const script = (text: string, sizeBytes?: number): Promise<StoredBytes> =>
    store(Buffer.from(`#!/bin/sh\n${text}\nexit\n`), sizeBytes);
  const requestFor = (content: StoredBytes): ExecutionRequest =>
    shell('', {
      command: ['/box/lib/program', '/proc/self/exe'],
      files: [{ name: 'lib/program', executable: true, content }],
    });
  const run = async (content: StoredBytes) => {
    const { outcome, stdout } = await tryOut(native.sandbox, requestFor(content));
    return { outcome, printed: stdout.toString() };
  };

  it('is where it would have been copied, and known by that name', async () => {
    const { root } = await nativeImages();
    const { printed } = await run(await store(await readFile(join(root, 'usr/bin/readlink'))));
    expect(printed).toBe('/box/lib/program\n');
  });

  it('is not copied, and counts as nobody’s memory', async () => {
    const { outcome, printed } = await run(
      await script('grep -c /box/lib/program /proc/self/mountinfo; cat "$0" | wc -c', 48 * MIB),
    );
    expect(printed).toMatch(/^1\n5\d{7}\n$/);
    expect(outcome.memoryBytes).toBeLessThan(8 * MIB);
  });

  it('can be read and executed, and by nobody be changed', async () => {
    const content = await script(`
      stat -c %a "$0"
      for attempt in 'echo >>"$0"' 'chmod 777 "$0"' 'rm -f "$0"' 'mv "$0" /w/x' 'touch "$0"' \\
        'echo >/proc/self/exe' 'ln "$0" /w/x' 'truncate -s 0 "$0"' 'umount "$0"'; do
        (eval "$attempt") 2>/dev/null && echo "done: $attempt"
      done
      grep " /box/lib/program " /proc/self/mountinfo | cut -d " " -f 6 | tr , "\\n" | sort | head -n 3`);
    const { printed } = await run(content);
    expect(printed).toBe('555\nnodev\nnosuid\nrelatime\n');
    expect((await bytesOf(content)).byteLength).toBe(content.sizeBytes);
  });

  it('comes alone: nothing else of the store is in the container, also not of the run before', async () => {
    const names = 'ls -A /box /box/lib; wc -l </proc/self/mountinfo';
    const one = await script(`echo one; ${names}`);
    const two = await script(`echo two; ${names}`);
    const first = await run(one);
    const second = await run(two);
    expect(first.printed).toMatch(/^one\n\/box:\nlib\n\n\/box\/lib:\nprogram\n\d+\n$/);
    expect(second.printed).toBe(first.printed.replace('one', 'two'));
  });

  it('is no verdict when it is gone from the store, or is another', async () => {
    const gone = await script('echo gone');
    await run(gone);
    await rm(join(directory, gone.sha256));
    await expect(run(gone)).rejects.toThrow(/No such file/);
    const cut = await script('echo cut');
    await run(cut);
    await truncate(join(directory, cut.sha256), 100);
    await expect(run(cut)).rejects.toThrow(SandboxFailure);
    expect((await run(await script('echo fine'))).printed).toBe('fine\n');
  });
});
