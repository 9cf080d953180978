import type { FastifyReply, FastifyRequest } from 'fastify';

/** Four megabytes at a megabit a second take as long. */
const BODY_DEADLINE_MS = 30_000;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Instead of the general deadline of a body, for uploads. */
    bodyDeadlineMs?: number;
  }
}

/** Cuts a client that sends its body too slowly: nobody waits, and nothing is kept, for it. */
export function setBodyDeadline({ raw, routeOptions }: FastifyRequest, reply: FastifyReply): void {
  if (raw.headers['content-length'] === undefined && !('transfer-encoding' in raw.headers)) return;
  if (raw.complete) return;
  const deadlineMs = routeOptions.config.bodyDeadlineMs ?? BODY_DEADLINE_MS;
  const timer = setTimeout(() => {
    if (!raw.complete) raw.destroy();
  }, deadlineMs).unref();
  const clear = (): void => clearTimeout(timer);
  raw.once('end', clear);
  reply.raw.once('close', clear);
}
