import type { FastifyReply, FastifyRequest } from 'fastify';

/** An API loads nothing and is shown in no frame. */
const API_POLICY = "default-src 'none'; frame-ancestors 'none'";
/** The pages of the documentation load their own scripts, and style themselves. */
const DOCS_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

/**
 * Headers of every answer, errors and streams too: they are set on the raw response, which Fastify
 * merges its own into.
 */
export function setAnswerHeaders({ id, raw }: FastifyRequest, reply: FastifyReply): void {
  const docs = raw.url?.startsWith('/docs') === true;
  const headers = {
    'x-request-id': id,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'content-security-policy': docs ? DOCS_POLICY : API_POLICY,
    // Kept by nobody but the client itself, which asks again with its ETag.
    'cache-control': 'private, no-cache',
  };
  for (const [name, value] of Object.entries(headers)) reply.raw.setHeader(name, value);
}
