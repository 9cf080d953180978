import type { FastifyInstance, FastifyRequest } from 'fastify';
import { JudgeError } from '../errors.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The handler reads an archive from the raw request. */
    takesArchive?: boolean;
  }
}

/** What clients call zip and tar.gz; what it is, its first bytes say. */
export const ARCHIVE_TYPES = [
  'application/zip',
  'application/x-zip-compressed',
  'application/gzip',
  'application/x-gzip',
  'application/x-tar+gzip',
  'application/octet-stream',
] as const;

/** Leaves bodies that are archives to the handlers that take them, unread. */
export function registerArchiveBodies(server: FastifyInstance): void {
  server.addContentTypeParser([...ARCHIVE_TYPES], (request, _payload, done) => {
    if (request.routeOptions.config.takesArchive === true) done(null);
    else done(new JudgeError('unsupported-media-type', 'this operation takes no archive'));
  });
}

export function isArchiveBody(request: FastifyRequest): boolean {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';', 1);
  return (ARCHIVE_TYPES as readonly string[]).includes(type.trim().toLowerCase());
}

/**
 * The bytes of the request. A reader that stops early leaves the connection whole, so that the client
 * can read why.
 */
export function archiveBody({ raw }: FastifyRequest): AsyncIterable<Uint8Array> {
  return raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}
