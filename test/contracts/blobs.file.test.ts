import {
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { FileBlobs } from '../../src/blobs/file-blobs.js';
import { blobsContract } from './blobs.contract.js';

let directory: string;
let blobs: FileBlobs;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'blobs-'));
  blobs = await FileBlobs.open(directory);
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

const pathOf = (sha256: string): string => join(directory, sha256.slice(0, 2), sha256.slice(2));

blobsContract('files', () => ({
  blobs,
  async damage(sha256) {
    const bytes = await readFile(pathOf(sha256));
    bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
    await writeFile(pathOf(sha256), bytes);
  },
  async truncate(sha256) {
    const file = await open(pathOf(sha256));
    const { size } = await file.stat();
    await file.close();
    await truncate(pathOf(sha256), size - 1);
  },
  age: async (sha256, ageMs) => {
    const time = new Date(Date.now() - ageMs);
    await utimes(pathOf(sha256), time, time);
  },
  leftovers: async () => (await readdir(directory, { recursive: true })).sort(),
}));
