import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBlob } from '../../src/blobs/blobs.js';
import { S3Blobs } from '../../src/blobs/s3-blobs.js';
import { S3Server } from '../fakes/s3-server.js';
import { blobsContract, listOf } from './blobs.contract.js';

const KEY = { accessKeyId: 'key', secretAccessKey: 'secret', region: 'eu-central-1' };

let server: S3Server;
let spoolDirectory: string;
let blobs: S3Blobs;

beforeAll(async () => {
  server = await S3Server.start(KEY);
  server.pageSize = 3;
  spoolDirectory = await mkdtemp(join(tmpdir(), 'spool-'));
  blobs = await open(KEY);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(spoolDirectory, { recursive: true, force: true });
});

function open(key: typeof KEY): Promise<S3Blobs> {
  const { endpoint } = server;
  return S3Blobs.open({ ...key, endpoint, bucket: 'minos', prefix: 'blobs/', spoolDirectory });
}

const pathOf = (sha256: string): string => `/minos/blobs/${sha256}`;

blobsContract('S3', () => ({
  blobs,
  damage: (sha256) => {
    const bytes = Buffer.from(server.objects.get(pathOf(sha256)) ?? []);
    bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
    server.objects.set(pathOf(sha256), bytes);
    return Promise.resolve();
  },
  truncate: (sha256) => {
    const bytes = server.objects.get(pathOf(sha256)) ?? Buffer.alloc(0);
    server.objects.set(pathOf(sha256), bytes.subarray(0, -1));
    return Promise.resolve();
  },
  age: (sha256, ageMs) => {
    server.times.set(pathOf(sha256), new Date(Date.now() - ageMs));
    return Promise.resolve();
  },
  leftovers: async () => [...server.objects.keys(), ...(await readdir(spoolDirectory))].sort(),
}));

describe('an S3-compatible store', () => {
  const put = (text: string) =>
    blobs.put(
      (async function* () {
        yield Buffer.from(text);
      })(),
    );

  it('that is busy for a moment is asked again', async () => {
    server.failing = { status: 503, times: 2 };
    const { sha256 } = await put('busy');
    server.failing = { status: 429, times: 2 };
    expect((await readBlob(blobs, sha256)).toString()).toBe('busy');
  });

  it('that stays busy is an error, and leaves no spooled file', async () => {
    server.failing = { status: 500, times: 4 };
    await expect(put('never')).rejects.toMatchObject({ code: 'blob-unavailable' });
    expect(await readdir(spoolDirectory)).toEqual([]);
  });

  it('refuses a key that is not its own, and is not asked again', async () => {
    const other = await open({ ...KEY, secretAccessKey: 'wrong' });
    await expect(other.exists('0'.repeat(64))).rejects.toThrow('the store answers 403');
    expect(server.refused).toEqual(['the signature is wrong']);
  });

  it('lists nothing of what else is in the bucket', async () => {
    const others = ['other.txt', `blobs/x/${'a'.repeat(64)}`, `blobs/${'A'.repeat(64)}`, 'blobs/'];
    for (const name of others) server.objects.set(`/minos/${name}`, Buffer.alloc(1));
    const { sha256 } = await put('mine');
    const listed = (await listOf(blobs)).map((blob) => blob.sha256);
    expect(listed).toContain(sha256);
    expect(listed.filter((name) => /^a+$/i.test(name))).toEqual([]);
    for (const name of others) server.objects.delete(`/minos/${name}`);
  });

  it('that answers with no list removes nothing', async () => {
    server.failing = { status: 200, times: 1 };
    await expect(listOf(blobs)).rejects.toMatchObject({
      code: 'blob-unavailable',
    });
  });

  it('that is not there is an error', async () => {
    const nowhere = await S3Blobs.open({
      ...KEY,
      endpoint: 'http://127.0.0.1:1',
      bucket: 'minos',
      prefix: '',
      spoolDirectory,
    });
    await expect(nowhere.exists('0'.repeat(64))).rejects.toMatchObject({
      code: 'blob-unavailable',
    });
  });
});
