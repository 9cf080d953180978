import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpConfig } from '../config/config.js';
import { ERROR_CATALOGUE } from '../errors.js';
import { setAnswerHeaders } from './answer-headers.js';
import {
  PROBLEM_CONTENT_TYPE,
  problemDetails,
  problemHeaders,
  type ProblemDetails,
} from './problem-details.js';

/** What a submission of many files in JSON takes; routes of larger things say so (BodyLimit). */
const BODY_LIMIT_BYTES = 4 * 2 ** 20;
const MAX_HEADER_BYTES = 16 * 2 ** 10;
/** Names of problems and tokens of the path; what is longer names nothing. */
const MAX_PARAMETER_LENGTH = 256;

const HEADERS_TIMEOUT_MS = 15_000;
/** Of a whole request, uploads too; other bodies have less (body-deadline.ts). */
const REQUEST_TIMEOUT_MS = 15 * 60_000;
/** How fine the two above are. */
const CHECKING_INTERVAL_MS = 5000;
const KEEP_ALIVE_MS = 72_000;
/** Nothing is sent or taken for so long: longer than a long poll (60 s), and than SSE's heartbeat. */
const SOCKET_IDLE_MS = 120_000;

/** A connection costs some kilobytes; beyond, new ones are closed. */
export const MAX_CONNECTIONS = 10_000;

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** How the server treats clients before and beside its handlers. */
export function serverOptions({ trustedProxies }: Pick<HttpConfig, 'trustedProxies'>) {
  return {
    bodyLimit: BODY_LIMIT_BYTES,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionTimeout: SOCKET_IDLE_MS,
    forceCloseConnections: 'idle' as const,
    // Requests that are under way when the process stops are answered.
    return503OnClosing: false,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    http: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: CHECKING_INTERVAL_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    genReqId: (request: { headers: NodeJS.Dict<string | string[]> }) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
    frameworkErrors: answerUnroutable,
    clientErrorHandler: answerUnreadable,
  };
}

/** The path cannot be decoded, or is longer than anything here. */
function answerUnroutable(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const { code } = error as Error & { code?: string };
  const [path = '/'] = request.raw.url?.split('?', 1) ?? [];
  const fault =
    code === 'FST_ERR_MAX_PARAM_LENGTH'
      ? Object.assign(new Error('nothing has this name'), { statusCode: 404 })
      : error;
  const problem = problemDetails(fault, path);
  setAnswerHeaders(request, reply);
  void reply
    .code(problem.status)
    .headers({ 'content-type': PROBLEM_CONTENT_TYPE, ...problemHeaders(fault, problem) })
    .send(JSON.stringify(problem));
}

const UNREADABLE: Readonly<Record<string, { status: number; phrase: string; detail: string }>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    phrase: 'Request Header Fields Too Large',
    detail: 'the headers are too large',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    phrase: 'Request Timeout',
    detail: 'the request did not come in time',
  },
};

/** What is no HTTP, or comes too slowly: answered on the bare socket, which is then closed. */
function answerUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (!socket.writable || socket.bytesWritten > 0) {
    // An answer is under way: another would become part of it.
    socket.destroy(error);
    return;
  }
  const { status, phrase, detail } = UNREADABLE[error.code ?? ''] ?? {
    status: 400,
    phrase: 'Bad Request',
    detail: 'this is no HTTP request',
  };
  const problem: ProblemDetails = {
    type: 'about:blank',
    title: ERROR_CATALOGUE['bad-usage'].title,
    status,
    code: 'bad-usage',
    detail,
    instance: '/',
  };
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${status} ${phrase}\r\nContent-Type: ${PROBLEM_CONTENT_TYPE}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
