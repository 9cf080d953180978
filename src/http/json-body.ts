import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { JudgeError } from '../errors.js';

const TYPE = 'application/json';
/** RFC 8259 knows no other, and no need to say so. */
const CHARSET = /;\s*charset\s*=\s*"?([^";\s]+)/i;

/**
 * Reads JSON as RFC 8259 has it: UTF-8 and nothing else. Fastify's own parser would read bytes that
 * are none as replacement characters, and a program would be judged that nobody wrote.
 * No body is taken for none, whatever its type: clients name one in every request.
 */
export function readJsonBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeContentTypeParser(TYPE);
  server.addContentTypeParser<Buffer>(TYPE, { parseAs: 'buffer' }, (request, body, done) => {
    const charset = CHARSET.exec(request.headers['content-type'] ?? '')?.[1];
    if (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset)) {
      done(new JudgeError('unsupported-media-type', `JSON is read in UTF-8, not in ${charset}`));
    } else if (body.byteLength === 0) {
      done(null);
    } else if (!isUtf8(body)) {
      done(
        new JudgeError('bad-usage', 'the body is not UTF-8: send other texts as content_base64'),
      );
    } else {
      void parse(request, body.toString('utf8'), done);
    }
  });
}
