import { Histogram, type Registry } from 'prom-client';

/** The part of Fastify that is used. */
export interface HookedServer {
  addHook(
    name: 'onResponse',
    hook: (
      request: { readonly method: string; readonly routeOptions: { readonly url?: string } },
      reply: { readonly statusCode: number; readonly elapsedTime: number },
      done: () => void,
    ) => void,
  ): unknown;
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const BUCKETS_S = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

/**
 * Measures every request by its route. Routes and classes of status are few, whatever clients send;
 * paths are not.
 */
export function measureRequests(server: HookedServer, registry: Registry): void {
  const durations = new Histogram({
    name: 'minos_http_request_duration_seconds',
    help: 'Requests by route, from their first byte to the last of the answer. Long polls and streams take as long as they do.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS_S,
    registers: [registry],
  });
  server.addHook('onResponse', ({ method, routeOptions }, { statusCode, elapsedTime }, done) => {
    durations.observe(
      {
        method: METHODS.has(method) ? method : 'other',
        route: routeOptions.url ?? 'unknown',
        status: `${Math.floor(statusCode / 100)}xx`,
      },
      elapsedTime / 1000,
    );
    done();
  });
}
