import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';

const EVERY_MS = 100;

/**
 * Closes connections as they become idle while the process stops. Node does so once, when the server
 * closes: what is answered after that would keep it for as long as clients keep connections.
 */
@Injectable()
export class IdleCloser implements BeforeApplicationShutdown, OnApplicationShutdown {
  readonly #adapter: HttpAdapterHost['httpAdapter'];
  #timer: NodeJS.Timeout | undefined;

  constructor(@Inject(HttpAdapterHost) { httpAdapter }: HttpAdapterHost) {
    this.#adapter = httpAdapter;
  }

  beforeApplicationShutdown(): void {
    const { server } = this.#adapter.getInstance<FastifyInstance>();
    this.#timer = setInterval(() => server.closeIdleConnections(), EVERY_MS);
  }

  onApplicationShutdown(): void {
    clearInterval(this.#timer);
  }
}
