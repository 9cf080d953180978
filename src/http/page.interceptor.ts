import {
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { Page } from './page.js';

/** Turns the `Page` of a handler into its body and its Link header. */
@Injectable()
export class PageInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    return next.handle().pipe(
      map((result: unknown) => {
        if (!(result instanceof Page)) return result;
        if (result.next !== undefined) {
          const { url } = http.getRequest<FastifyRequest>();
          http.getResponse<FastifyReply>().header('link', nextLink(url, result.next));
        }
        return { data: result.data as readonly unknown[] };
      }),
    );
  }
}

/** Relative to the request (RFC 8288), so that it holds behind any proxy. */
export function nextLink(url: string, cursor: string): string {
  const [path = '', query] = url.split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.set('cursor', cursor);
  return `<${path}?${parameters.toString()}>; rel="next"`;
}
