import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { PROBLEM_CONTENT_TYPE, problemDetails } from './problem-details.js';

interface Reply {
  status(code: number): Reply;
  header(name: string, value: string): Reply;
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
    http
      .getResponse<Reply>()
      .status(problem.status)
      .header('content-type', PROBLEM_CONTENT_TYPE)
      .send(problem);
  }
}
