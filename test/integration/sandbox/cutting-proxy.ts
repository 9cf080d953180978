import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

/** Stands between a client and a Docker Engine, and can cut every connection. */
export class CuttingProxy {
  readonly host: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, path: string) {
    this.#server = server;
    this.host = `unix://${path}`;
  }

  static async start(targetPath: string, path: string): Promise<CuttingProxy> {
    const server = createServer((incoming) => {
      const outgoing = createConnection(targetPath);
      for (const socket of [incoming, outgoing]) {
        proxy.#sockets.add(socket);
        socket.on('error', () => socket.destroy());
        socket.on('close', () => proxy.#sockets.delete(socket));
      }
      incoming.pipe(outgoing).pipe(incoming);
    });
    const proxy = new CuttingProxy(server, path);
    server.listen(path);
    await once(server, 'listening');
    return proxy;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.#server.close();
    this.cut();
  }
}
