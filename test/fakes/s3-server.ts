import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { signRequest, type SigningKey } from '../../src/blobs/sign-request.js';

/** A store that speaks as much of S3 as blobs need, and checks every signature and hash. */
export class S3Server implements AsyncDisposable {
  readonly objects = new Map<string, Buffer>();
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
      response.writeHead(200).end();
    } else if (method === 'DELETE') {
      this.objects.delete(url);
      response.writeHead(204).end();
    } else if (object === undefined) {
      response.writeHead(404).end();
    } else {
      response.writeHead(200, { 'content-length': object.byteLength });
      response.end(method === 'HEAD' ? undefined : object);
    }
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
