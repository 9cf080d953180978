import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { JudgeError } from '../errors.js';
import { checkField } from './plain-value.js';

/*
 * Forms are read as a stream: nothing is written to disk, and nothing is kept that the handler does
 * not keep. The plugin's own limits are per part; the bytes of all parts together are counted here.
 */

export type FormPart =
  | { readonly kind: 'field'; readonly name: string; readonly value: string }
  | {
      readonly kind: 'file';
      readonly name: string;
      /** As the client gave it, directories included. */
      readonly fileName: string;
      /** To be read before the next part is asked for. */
      readonly content: AsyncIterable<Uint8Array>;
    };

export interface FormLimits {
  readonly parts: number;
  /** Of all parts together. */
  readonly bytes: number;
  /** Of one field, which is held in memory; as large as all together unless given. */
  readonly fieldBytes?: number;
}

const NAME_BYTES = 200;
const HEADERS_OF_PART = 16;

export function registerMultipart(server: FastifyInstance): void {
  server.register(multipart, { throwFileSizeLimit: true });
}

export function isForm(request: FastifyRequest): boolean {
  return request.isMultipart();
}

/**
 * The parts of a multipart form, in order.
 * @throws JudgeError `payload-too-large` or, for what is no form, `bad-usage`.
 */
export async function* formParts(
  request: FastifyRequest,
  { parts, bytes, fieldBytes = bytes }: FormLimits,
): AsyncGenerator<FormPart> {
  const counter = { left: bytes };
  const limits = {
    parts,
    files: parts,
    fields: parts,
    fieldNameSize: NAME_BYTES,
    fieldSize: fieldBytes,
    fileSize: bytes,
    headerPairs: HEADERS_OF_PART,
  };
  const iterator = request.parts({ limits, preservePath: true });
  try {
    for (;;) {
      const next = await orBadForm(() => iterator.next());
      if (next.done === true) return;
      const part = next.value;
      // The types do not know that a client may leave it out.
      if (typeof (part.fieldname as unknown) !== 'string') {
        throw new JudgeError('bad-usage', 'every part of the form must have a name');
      }
      if (part.type === 'file') {
        const { fieldname: name, filename: fileName, file } = part;
        yield { kind: 'file', name, fileName, content: counted(file, counter) };
        // What the handler did not read has to go, or the next part never comes.
        file.resume();
      } else {
        if (part.fieldnameTruncated || part.valueTruncated) throw tooLarge();
        const value = fieldText(part.value);
        count(Buffer.byteLength(value), counter);
        yield { kind: 'field', name: part.fieldname, value };
      }
    }
  } finally {
    // After an error the rest is let go by, or the client would never read the answer.
    request.raw.unpipe();
    request.raw.resume();
  }
}

/** A part that says it is JSON was parsed: our fields are texts. */
function fieldText(value: unknown): string {
  if (typeof value !== 'string') {
    throw new JudgeError('bad-usage', 'the fields of the form must be plain texts');
  }
  checkField(value);
  return value;
}

async function* counted(
  file: AsyncIterable<Uint8Array>,
  counter: { left: number },
): AsyncGenerator<Uint8Array> {
  const chunks = file[Symbol.asyncIterator]();
  for (;;) {
    const next = await orBadForm(() => chunks.next());
    if (next.done === true) return;
    count(next.value.byteLength, counter);
    yield next.value;
  }
}

function count(bytes: number, counter: { left: number }): void {
  counter.left -= bytes;
  if (counter.left < 0) throw tooLarge();
}

function tooLarge(): JudgeError {
  return new JudgeError('payload-too-large', 'the form is larger than what is read here');
}

/** The parser's errors are the client's: a boundary that is missing, an end that does not come. */
async function orBadForm<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if ((error as { readonly statusCode?: number }).statusCode === 413) throw tooLarge();
    throw new JudgeError('bad-usage', 'the body is no whole multipart form', { cause: error });
  }
}
