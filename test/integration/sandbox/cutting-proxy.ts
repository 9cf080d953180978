import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

/** Stands between a client and a Docker Engine: it can cut every connection, and swallow requests. */
export class CuttingProxy {
  readonly host: string;
  /** Requests that begin like this are neither passed on nor answered. */
  swallows: RegExp | undefined;
  #swallowed = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, path: string) {
    this.#server = server;
    this.host = `unix://${path}`;
  }

  static async start(targetPath: string, path: string): Promise<CuttingProxy> {
    const server = createServer((incoming) => {
      proxy.#track(incoming);
      // The client does not keep connections: each carries one request.
      incoming.once('data', (head: Buffer) => {
        if (proxy.swallows?.test(head.toString('latin1')) === true) {
          proxy.#swallowed += 1;
          incoming.resume();
          return;
        }
        const outgoing = createConnection(targetPath);
        proxy.#track(outgoing);
        outgoing.write(head);
        incoming.pipe(outgoing).pipe(incoming);
      });
    });
    const proxy = new CuttingProxy(server, path);
    server.listen(path);
    await once(server, 'listening');
    return proxy;
  }

  get swallowed(): number {
    return this.#swallowed;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.#server.close();
    this.cut();
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }
}
