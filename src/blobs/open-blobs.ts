import { join } from 'node:path';
import type { BlobsConfig, S3Config } from '../config/config.js';
import { JudgeError } from '../errors.js';
import type { Blobs } from './blobs.js';
import { FileBlobs } from './file-blobs.js';
import { S3Blobs } from './s3-blobs.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The blob store of the installation, as it is configured.
 * @throws JudgeError `bad-config` when the key of a store is not in the environment.
 */
export async function openBlobs(
  { directory, s3 }: BlobsConfig,
  environment: Environment = process.env,
): Promise<Blobs> {
  if (s3 === undefined) return await FileBlobs.open(directory);
  return await S3Blobs.open({
    ...s3,
    ...keyOf(s3, environment),
    spoolDirectory: join(directory, 'spool'),
  });
}

function keyOf({ accessKeyIdEnv, secretAccessKeyEnv }: S3Config, environment: Environment) {
  const required = (name: string): string => {
    const value = environment[name];
    if (value !== undefined && value !== '') return value;
    throw new JudgeError('bad-config', `blobs.s3: the environment variable ${name} is not set`);
  };
  return {
    accessKeyId: required(accessKeyIdEnv),
    secretAccessKey: required(secretAccessKeyEnv),
  };
}
