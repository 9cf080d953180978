import type { BlobsConfig } from '../config/config.js';
import type { Blobs } from './blobs.js';
import { FileBlobs } from './file-blobs.js';

/** The blob store of the installation, as it is configured. */
export async function openBlobs({ directory }: BlobsConfig): Promise<Blobs> {
  return await FileBlobs.open(directory);
}
