import type { FastifyReply } from 'fastify';

/** Aborted when the client left before it was answered: nobody waits for the rest. */
export function clientGone({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => gone.abort());
  return gone.signal;
}
