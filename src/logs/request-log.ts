import type { EventLog } from './event-log.js';

/** The part of Fastify's request and reply that is used. */
interface Request {
  readonly id: string;
  readonly method: string;
  readonly routeOptions: { readonly url?: string | undefined };
  readonly principal?: { readonly accountId: string; readonly tokenId: string } | null;
}

interface Reply {
  readonly statusCode: number;
  readonly elapsedTime: number;
}

interface Server {
  addHook(
    name: 'onResponse',
    hook: (request: Request, reply: Reply, done: () => void) => void,
  ): unknown;
}

/** What is asked for all day, and says nothing. */
const UNLOGGED = new Set(['/healthz', '/readyz', '/metrics']);

/**
 * One line for each request that was answered: its route, never its address, headers or body. A path
 * may be what somebody meant to keep, such as a token typed into the wrong place.
 */
export function logRequests(server: Server, log: EventLog): void {
  server.addHook('onResponse', (request, reply, done) => {
    const { id: requestId, principal, routeOptions } = request;
    const { url: route = 'unknown' } = routeOptions;
    if (!UNLOGGED.has(route)) {
      log.info('request', {
        requestId,
        method: request.method,
        route,
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime * 10) / 10,
        ...(principal && { accountId: principal.accountId, tokenId: principal.tokenId }),
      });
    }
    done();
  });
}
