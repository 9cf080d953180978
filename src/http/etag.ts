import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Gives every JSON that was got a weak ETag of its content, and answers 304 to whoever has it
 * already (RFC 9110, 13.1.2). What it costs is the hash; what it saves is the way.
 */
export function revalidate(
  { method, headers }: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): unknown {
  if (method !== 'GET' && method !== 'HEAD') return payload;
  if (reply.statusCode !== 200 || typeof payload !== 'string' || !isJson(reply)) return payload;
  const tag = createHash('sha256').update(payload, 'utf8').digest('base64url').slice(0, 27);
  void reply.header('etag', `W/"${tag}"`);
  if (!hasTag(headers['if-none-match'], tag)) return payload;
  void reply.code(304).removeHeader('content-type').removeHeader('content-length');
  return '';
}

function isJson(reply: FastifyReply): boolean {
  return String(reply.getHeader('content-type') ?? '').startsWith('application/json');
}

/** Weak comparison: `W/` does not count. */
function hasTag(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.trim() === '*' || ifNoneMatch.includes(`"${tag}"`);
}
