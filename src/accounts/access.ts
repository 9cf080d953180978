import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiSecurity } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { extendRouteConfig } from '../http/route-config.js';
import type { Principal, Scope } from './principal.js';

/**
 * Who may call a handler. Each one carries exactly one of `@Public()`, `@Authenticated()` and
 * `@Scopes(…)`; without one the application does not start (access-proof.ts).
 */
export type Access =
  | { readonly kind: 'public' }
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'scopes'; readonly anyOf: readonly [Scope, ...Scope[]] };

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    /** null: the request carries no token. */
    principal: Principal | null;
  }
}

/** The security scheme of the OpenAPI document. */
export const BEARER = 'token';

/** Anybody, without a token. */
export function Public(): MethodDecorator {
  return extendRouteConfig({ access: { kind: 'public' } });
}

/** Any valid token. */
export function Authenticated(): MethodDecorator {
  return applyDecorators(
    extendRouteConfig({ access: { kind: 'authenticated' } }),
    ApiSecurity(BEARER),
  );
}

/** A valid token that has at least one of these scopes. */
export function Scopes(...anyOf: readonly [Scope, ...Scope[]]): MethodDecorator {
  return applyDecorators(
    extendRouteConfig({ access: { kind: 'scopes', anyOf } }),
    ApiSecurity(BEARER, [...anyOf]),
  );
}

/** The `Principal` of the request, in a handler that is not public. */
export const CurrentAccount = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Principal => {
    const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
    if (principal === null) throw new Error('a public handler asks for its account');
    return principal;
  },
);
