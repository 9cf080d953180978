import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  blobUnavailable,
  checkedHash,
  type Blobs,
  type ListedBlob,
  type StoredBlob,
} from './blobs.js';
import { removeStale } from './file-blobs.js';
import { readListing } from './s3-listing.js';
import { EMPTY_SHA256, signRequest, type SigningKey } from './sign-request.js';
import { verified } from './verified.js';

export interface S3BlobsOptions extends SigningKey {
  /** `https://s3.example.org`; buckets are addressed by path. */
  readonly endpoint: string;
  readonly bucket: string;
  /** In front of every name. */
  readonly prefix: string;
  /** Of this machine: what is put is written here first, as its hash and size come before it. */
  readonly spoolDirectory: string;
}

type Method = 'GET' | 'HEAD' | 'PUT' | 'DELETE';

interface Body {
  readonly file: string;
  readonly blob: StoredBlob;
}

const TRIES = 4;
const FIRST_PAUSE_MS = 200;
/** Nothing is sent or received for so long. */
const IDLE_MS = 30_000;

/** Blobs in a bucket of an S3-compatible store, for many machines. */
export class S3Blobs implements Blobs {
  readonly #options: S3BlobsOptions;

  private constructor(options: S3BlobsOptions) {
    this.#options = options;
  }

  static async open(options: S3BlobsOptions): Promise<S3Blobs> {
    await mkdir(options.spoolDirectory, { recursive: true, mode: 0o700 });
    await removeStale(options.spoolDirectory);
    return new S3Blobs(options);
  }

  async put(content: AsyncIterable<Uint8Array>): Promise<StoredBlob> {
    const file = join(this.#options.spoolDirectory, randomUUID());
    try {
      const blob = await spool(content, file);
      const response = await this.#send('PUT', blob.sha256, { file, blob });
      response.resume();
      if (response.statusCode !== 200) throw unexpected(blob.sha256, response);
      return blob;
    } finally {
      await rm(file, { force: true });
    }
  }

  async *get(sha256: string): AsyncGenerator<Uint8Array> {
    const response = await this.#send('GET', checkedHash(sha256));
    if (response.statusCode !== 200) {
      response.resume();
      throw response.statusCode === 404
        ? blobUnavailable(sha256, 'is not there')
        : unexpected(sha256, response);
    }
    yield* verified(sha256, received(sha256, response));
  }

  async exists(sha256: string): Promise<boolean> {
    const response = await this.#send('HEAD', checkedHash(sha256));
    response.resume();
    if (response.statusCode === 200) return true;
    if (response.statusCode === 404) return false;
    throw unexpected(sha256, response);
  }

  async delete(sha256: string): Promise<void> {
    const response = await this.#send('DELETE', checkedHash(sha256));
    response.resume();
    if (![200, 204, 404].includes(response.statusCode ?? 0)) throw unexpected(sha256, response);
  }

  async *list(): AsyncGenerator<ListedBlob> {
    for (let token: string | undefined = ''; token !== undefined;) {
      const query = new URLSearchParams({
        'list-type': '2',
        prefix: this.#options.prefix,
        ...(token === '' ? {} : { 'continuation-token': token }),
      });
      const response = await this.#send('GET', '', undefined, query);
      if (response.statusCode !== 200) throw unexpected('', response);
      const chunks: Buffer[] = [];
      for await (const chunk of received('', response)) chunks.push(Buffer.from(chunk));
      const page = readListing(Buffer.concat(chunks).toString('utf8'), this.#options.prefix);
      yield* page.blobs;
      token = page.next;
    }
  }

  /** Every request may be sent again: what it does is the same each time. */
  async #send(
    method: Method,
    sha256: string,
    body?: Body,
    query?: URLSearchParams,
  ): Promise<IncomingMessage> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const response = await this.#sendOnce(method, this.#urlOf(sha256, query), body);
        const status = response.statusCode ?? 0;
        if ((status < 500 && status !== 429) || attempt === TRIES) return response;
        response.resume();
      } catch (error) {
        if (attempt === TRIES) throw blobUnavailable(sha256, 'is out of reach', error);
      }
      await sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random()));
    }
  }

  /** Of a blob, or, with a query, of the bucket. */
  #urlOf(sha256: string, query: URLSearchParams | undefined): URL {
    const { endpoint, bucket, prefix } = this.#options;
    if (query === undefined) return new URL(`${endpoint}/${bucket}/${prefix}${sha256}`);
    const url = new URL(`${endpoint}/${bucket}`);
    // As it is signed: a blank is `%20` there, not `+`.
    url.search = query.toString().replaceAll('+', '%20');
    return url;
  }

  async #sendOnce(method: Method, url: URL, body?: Body): Promise<IncomingMessage> {
    const headers = {
      ...signRequest(
        { method, url, payloadSha256: body?.blob.sha256 ?? EMPTY_SHA256 },
        this.#options,
        new Date(),
      ),
      'content-length': String(body?.blob.sizeBytes ?? 0),
    };
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    return await new Promise((resolve, reject) => {
      const request = send(url, { method, headers, timeout: IDLE_MS });
      request.on('timeout', () => request.destroy(new Error('the store does not answer')));
      request.on('error', reject);
      request.on('response', resolve);
      if (body === undefined) request.end();
      // An answer that comes before all is sent is read all the same.
      else pipeline(createReadStream(body.file), request).catch(reject);
    });
  }
}

async function spool(content: AsyncIterable<Uint8Array>, file: string): Promise<StoredBlob> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  await pipeline(
    content,
    async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        sizeBytes += chunk.byteLength;
        yield chunk;
      }
    },
    createWriteStream(file, { mode: 0o600 }),
  );
  return { sha256: hash.digest('hex'), sizeBytes };
}

async function* received(sha256: string, response: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    yield* response as AsyncIterable<Buffer>;
  } catch (error) {
    throw blobUnavailable(sha256, 'cannot be read', error);
  }
}

function unexpected(sha256: string, { statusCode }: IncomingMessage): Error {
  return blobUnavailable(sha256, `cannot be had: the store answers ${statusCode ?? 'nothing'}`);
}
