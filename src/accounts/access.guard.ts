import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { JudgeError } from '../errors.js';
import type { Access } from './access.js';
import type { Principal } from './principal.js';

/** The last door before every handler: what is not allowed is refused. */
@Injectable()
export class AccessGuard implements CanActivate {
  canActivate(context: ExecutionContext): true {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    checkAccess(request.routeOptions.config.access, request.principal);
    return true;
  }
}

/** @throws JudgeError `unauthorized` or `forbidden`. */
export function checkAccess(access: Access | undefined, principal: Principal | null): void {
  if (access?.kind === 'public') return;
  if (principal === null) throw new JudgeError('unauthorized', 'this needs a token');
  if (access === undefined) throw new JudgeError('forbidden', 'nobody may do this');
  if (access.kind === 'scopes' && !access.anyOf.some((scope) => principal.scopes.has(scope))) {
    const needed = access.anyOf.join(' or ');
    throw new JudgeError('forbidden', `the token lacks the scope ${needed}`);
  }
}
