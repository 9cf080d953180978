import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { JudgeError } from '../errors.js';

/** Methods after which something may have changed. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/**
 * Refuses what no handler would do as it is asked, where a client had better know: a method that a
 * path does not have (405), a body that is compressed (415), and a change on a condition (412).
 */
export function refuseEarly(server: FastifyInstance): void {
  const routes = new Map<string, { readonly path: RegExp; readonly methods: Set<string> }>();
  server.addHook('onRoute', ({ url, method }) => {
    // A route for whatever is not there is none.
    if (url.includes('*')) return;
    const route = routes.get(url) ?? { path: pathOf(url), methods: new Set<string>() };
    for (const one of [method].flat()) route.methods.add(one);
    routes.set(url, route);
  });
  server.addHook('onRequest', (request, reply, done) => {
    if (request.is404) refuseMethod(request, reply, methodsOf(request, [...routes.values()]));
    if (!SAFE.has(request.method)) {
      refuseCoding(request, reply);
      refuseCondition(request);
    }
    done();
  });
}

function pathOf(url: string): RegExp {
  const escaped = url.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll(/:\w+/g, '[^/]+')}$`);
}

function methodsOf(
  { url }: FastifyRequest,
  routes: readonly { readonly path: RegExp; readonly methods: ReadonlySet<string> }[],
): readonly string[] {
  const [path = ''] = url.split('?', 1);
  const found = routes.filter((route) => route.path.test(path));
  return [...new Set(found.flatMap(({ methods }) => [...methods]))].sort();
}

function refuseMethod(
  { method }: FastifyRequest,
  reply: FastifyReply,
  methods: readonly string[],
): void {
  if (methods.length === 0) return;
  void reply.header('allow', methods.join(', '));
  throw new JudgeError('method-not-allowed', `there is ${methods.join(', ')} here, no ${method}`);
}

function refuseCoding({ headers }: FastifyRequest, reply: FastifyReply): void {
  const coding = headers['content-encoding'];
  if (coding === undefined || coding === '' || coding.toLowerCase() === 'identity') return;
  void reply.header('accept-encoding', 'identity');
  throw new JudgeError(
    'unsupported-media-type',
    'bodies are read as they are: send it without Content-Encoding',
  );
}

/** Our ETags are weak, and `If-Match` compares strongly (RFC 9110, 13.1.1): it holds of none. */
function refuseCondition({ headers }: FastifyRequest): void {
  const condition = headers['if-match'];
  if (condition === undefined || condition.trim() === '*') return;
  throw new JudgeError(
    'precondition-failed',
    'no ETag here is strong, so that If-Match never holds: send it without',
  );
}
