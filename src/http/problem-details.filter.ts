import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { PROBLEM_CONTENT_TYPE, problemDetails, problemHeaders } from './problem-details.js';

interface Reply {
  readonly sent: boolean;
  readonly raw: { readonly headersSent: boolean; destroy(error?: Error): unknown };
  status(code: number): Reply;
  headers(values: Readonly<Record<string, string>>): Reply;
  send(body: unknown): unknown;
}

/** Answers every error as problem details, and logs those that are ours. */
@Catch()
export class ProblemDetailsFilter implements ExceptionFilter {
  readonly #logger = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<{ url: string; method: string }>();
    const [path = '/'] = request.url.split('?', 1);
    const problem = problemDetails(error, path);
    if (problem.status >= 500) {
      this.#logger.error({ event: 'request-failed', method: request.method, path, error });
    }
    const reply = http.getResponse<Reply>();
    if (reply.sent || reply.raw.headersSent) {
      // Half an answer must not look whole.
      reply.raw.destroy();
      return;
    }
    reply
      .status(problem.status)
      .headers({ 'content-type': PROBLEM_CONTENT_TYPE, ...problemHeaders(error, problem) })
      .send(problem);
  }
}
