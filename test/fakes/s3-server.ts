import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { signRequest, type SigningKey } from '../../src/blobs/sign-request.js';

/** In front of every token, so that its odd characters have to be kept. */
const TOKEN = '&<a/+ =>';

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A store that speaks as much of S3 as blobs need, and checks every signature and hash. */
export class S3Server implements AsyncDisposable {
  readonly objects = new Map<string, Buffer>();
  /** When each was put. */
  readonly times = new Map<string, Date>();
  /** Of a list. */
  pageSize = 1000;
  /** So many of the next requests are answered with this status. */
  failing: { status: number; times: number } = { status: 503, times: 0 };
  readonly refused: string[] = [];
  readonly #key: SigningKey;
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch(() => response.destroy());
  });

  private constructor(key: SigningKey) {
    this.#key = key;
  }

  static async start(key: SigningKey): Promise<S3Server> {
    const server = new S3Server(key);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { method = '', url = '' } = request;
    if (this.failing.times > 0) {
      this.failing = { ...this.failing, times: this.failing.times - 1 };
      response.writeHead(this.failing.status).end();
      return;
    }
    const fault = this.#faultOf(request, body);
    if (fault !== undefined) {
      this.refused.push(fault);
      response.writeHead(403).end(fault);
      return;
    }
    const object = this.objects.get(url);
    if (method === 'PUT') {
      this.objects.set(url, body);
      this.times.set(url, new Date());
      response.writeHead(200).end();
    } else if (method === 'DELETE') {
      this.objects.delete(url);
      response.writeHead(204).end();
    } else if (url.includes('?')) {
      response.writeHead(200).end(this.#list(new URL(url, this.endpoint)));
    } else if (object === undefined) {
      response.writeHead(404).end();
    } else {
      response.writeHead(200, { 'content-length': object.byteLength });
      response.end(method === 'HEAD' ? undefined : object);
    }
  }

  #list({ pathname, searchParams }: URL): string {
    const start = `${pathname}/${searchParams.get('prefix') ?? ''}`;
    const names = [...this.objects.keys()].filter((name) => name.startsWith(start)).sort();
    const after = searchParams.get('continuation-token')?.slice(TOKEN.length) ?? '';
    const page = names.filter((name) => name > after).slice(0, this.pageSize);
    const last = page.at(-1);
    const truncated = last !== undefined && last !== names.at(-1);
    const contents = page.map((name) => {
      const time = (this.times.get(name) ?? new Date(0)).toISOString();
      const key = name.slice(pathname.length + 1);
      return `<Contents><Key>${key}</Key><LastModified>${time}</LastModified></Contents>`;
    });
    return `<?xml version="1.0"?><ListBucketResult><IsTruncated>${String(truncated)}</IsTruncated>${
      truncated ? `<NextContinuationToken>${escaped(TOKEN + last)}</NextContinuationToken>` : ''
    }${contents.join('')}</ListBucketResult>`;
  }

  #faultOf(request: IncomingMessage, body: Buffer): string | undefined {
    const { method = '', url = '', headers } = request;
    const payloadSha256 = createHash('sha256').update(body).digest('hex');
    if (headers['x-amz-content-sha256'] !== payloadSha256) return 'the hash is of another body';
    const time = String(headers['x-amz-date']).replace(
      /^(....)(..)(..)T(..)(..)(..)Z$/,
      '$1-$2-$3T$4:$5:$6Z',
    );
    const whole = new URL(url, `http://${headers.host ?? ''}`);
    const due = signRequest({ method, url: whole, payloadSha256 }, this.#key, new Date(time));
    return due['authorization'] === headers.authorization ? undefined : 'the signature is wrong';
  }
}
