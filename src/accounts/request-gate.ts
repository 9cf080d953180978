import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RateLimitConfig } from '../config/config.js';
import { installRateLimits, RateLimiter } from '../http/rate-limiter.js';
import { extendRouteConfig } from '../http/route-config.js';
import { JudgeError } from '../errors.js';
import { checkAccess } from './access.guard.js';
import { Authenticator } from './authenticator.js';
import { bearerToken } from './bearer.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    signIn?: boolean;
  }
}

/** The route is where secrets are guessed: it has a limit of its own. */
export function LimitedAsSignIn(): MethodDecorator {
  return extendRouteConfig({ signIn: true });
}

/** Injection token of the `RateLimitConfig`. */
export const RATE_LIMITS = Symbol('RATE_LIMITS');

/**
 * The first door, before a byte of a body is read: finds who sends the request, counts it against
 * the token's limit (the address's where there is none), and refuses what may not be done.
 */
@Injectable()
export class RequestGate {
  readonly #authenticator: Authenticator;
  readonly #byToken: RateLimiter;
  readonly #byAddress: RateLimiter;
  readonly #signIns: RateLimiter;
  /** Guesses of tokens. */
  readonly #failures: RateLimiter;

  constructor(
    @Inject(HttpAdapterHost) { httpAdapter }: HttpAdapterHost,
    @Inject(Authenticator) authenticator: Authenticator,
    @Inject(RATE_LIMITS) limits: RateLimitConfig,
  ) {
    const server = httpAdapter.getInstance<FastifyInstance>();
    this.#authenticator = authenticator;
    const byAddress = (perMinute: number | 'off') =>
      new RateLimiter(server, { perMinute, keyOf: ({ ip }) => ip });
    this.#byAddress = byAddress(limits.anonymousPerMinute);
    this.#signIns = byAddress(limits.signInPerMinute);
    this.#failures = byAddress(limits.failedTokensPerMinute);
    this.#byToken = new RateLimiter(server, {
      perMinute: limits.tokenPerMinute,
      keyOf: ({ principal }) => principal?.tokenId ?? '',
    });
    installRateLimits(server);
    server.decorateRequest('principal', null);
    // Routes come later than this: the hook is for all of them.
    server.addHook('onRequest', (request, reply) => this.#admit(request, reply));
  }

  async #admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { access, signIn } = request.routeOptions.config;
    if (access?.kind !== 'public' && !request.is404) {
      request.principal = await this.#principalOf(request);
    }
    const byAddress = signIn === true ? this.#signIns : this.#byAddress;
    await (request.principal === null ? byAddress : this.#byToken).count(request, reply);
    if (access !== undefined) checkAccess(access, request.principal);
  }

  async #principalOf(request: FastifyRequest): Promise<FastifyRequest['principal']> {
    const token = bearerToken(request.headers.authorization);
    if (token === undefined) return null;
    const remembered = this.#authenticator.remembered(token);
    if (remembered !== undefined) return remembered;
    await this.#failures.check(request);
    const principal = await this.#authenticator.authenticate(token);
    if (principal !== undefined) return principal;
    await this.#failures.count(request);
    throw new JudgeError('unauthorized', 'the token is unknown, expired or revoked');
  }
}
