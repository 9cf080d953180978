import rateLimit, { type CreateRateLimitOptions } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { JudgeError } from '../errors.js';

const MINUTE_MS = 60_000;
/** Keys that are counted at once: beyond, the longest unused are forgotten. */
const MAX_KEYS = 50_000;

/** Must be called before any limiter is used. */
export function installRateLimits(server: FastifyInstance): void {
  server.register(rateLimit, { global: false, cache: MAX_KEYS });
}

export interface RateLimiterOptions {
  /** 'off' only where somebody has written so. */
  readonly perMinute: number | 'off';
  readonly keyOf: (request: FastifyRequest) => string;
}

/** Counts requests by key, in windows of a minute, in this process. */
export class RateLimiter {
  readonly #server: FastifyInstance;
  readonly #options: RateLimiterOptions;
  #limiter: ReturnType<FastifyInstance['createRateLimit']> | undefined;

  constructor(server: FastifyInstance, options: RateLimiterOptions) {
    this.#server = server;
    this.#options = options;
  }

  /**
   * Counts the request and sets the RateLimit headers.
   * @throws JudgeError `rate-limited`
   */
  async count(request: FastifyRequest, reply?: FastifyReply): Promise<void> {
    await this.#apply(request, reply, true);
  }

  /** As `count`, without counting. */
  async check(request: FastifyRequest): Promise<void> {
    await this.#apply(request, undefined, false);
  }

  async #apply(
    request: FastifyRequest,
    reply: FastifyReply | undefined,
    increment: boolean,
  ): Promise<void> {
    const { perMinute, keyOf } = this.#options;
    if (perMinute === 'off') return;
    // The plugin is there once the server is ready, which it is when requests come.
    this.#limiter ??= this.#server.createRateLimit({
      max: perMinute,
      timeWindow: MINUTE_MS,
      keyGenerator: keyOf,
    } satisfies CreateRateLimitOptions);
    const state = await this.#limiter(request, { increment });
    if (state.isAllowed) return;
    reply?.headers({
      'ratelimit-limit': state.max,
      'ratelimit-remaining': state.remaining,
      'ratelimit-reset': state.ttlInSeconds,
    });
    if (increment ? state.isExceeded : state.remaining === 0) {
      throw new JudgeError('rate-limited', `more than ${state.max} requests in a minute`, {
        retryAfterS: Math.max(state.ttlInSeconds, 1),
      });
    }
  }
}
