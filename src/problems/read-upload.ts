import type { FastifyRequest } from 'fastify';
import { JudgeError } from '../errors.js';
import { formParts, isForm } from '../http/multipart.js';
import { archiveBody, isArchiveBody } from './archive-body.js';
import { ARCHIVE_LIMITS } from './archive-entries.js';
import type { PackageUpload } from './package-upload.js';
import { printable } from './plain-name.js';
import type { ProblemUploads } from './problem-uploads.js';

const FIELD_BYTES = 1024;
const FORM_PARTS = 8;

export interface UploadFields {
  readonly name?: string;
  readonly publish?: string;
}

export interface UploadRequest {
  readonly upload: PackageUpload;
  /** Of a form; a raw body has its fields in the query. */
  readonly fields: UploadFields;
}

/**
 * Reads an archive from the body of a request, or from the part `package` of a form.
 * @throws JudgeError with what is wrong with the request or the package; nothing is left then.
 */
export async function readUpload(
  request: FastifyRequest,
  uploads: ProblemUploads,
): Promise<UploadRequest> {
  if (isForm(request)) return await readForm(request, uploads);
  if (isArchiveBody(request)) {
    return { upload: await uploads.receive(archiveBody(request)), fields: {} };
  }
  throw new JudgeError(
    'unsupported-media-type',
    'send the archive as application/zip or application/gzip, or as the part package of a form',
  );
}

async function readForm(request: FastifyRequest, uploads: ProblemUploads): Promise<UploadRequest> {
  const fields: { name?: string; publish?: string } = {};
  let upload: PackageUpload | undefined;
  try {
    const limits = {
      parts: FORM_PARTS,
      bytes: ARCHIVE_LIMITS.archiveBytes + FORM_PARTS * FIELD_BYTES,
      fieldBytes: FIELD_BYTES,
    };
    for await (const part of formParts(request, limits)) {
      const { kind, name } = part;
      if (kind === 'file' && name === 'package' && upload === undefined) {
        upload = await uploads.receive(part.content);
      } else if (kind === 'field' && (name === 'name' || name === 'publish') && !(name in fields)) {
        fields[name] = part.value;
      } else {
        throw new JudgeError(
          'bad-usage',
          `the form takes one file, package, and the fields name and publish, not ${printable(name)}`,
        );
      }
    }
    if (upload === undefined) throw new JudgeError('bad-usage', 'the form has no file package');
    return { upload, fields };
  } catch (error) {
    await upload?.[Symbol.asyncDispose]();
    throw error;
  }
}
