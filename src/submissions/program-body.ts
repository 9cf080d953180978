import { ValidationPipe, type Type } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { JudgeError } from '../errors.js';
import { FORM } from '../http/form-number.js';
import { formParts, isForm } from '../http/multipart.js';
import { printable } from '../problems/plain-name.js';
import type { SourceFile } from './source-file.js';
import type { ProgramDto, SubmittedFileDto } from './submit.dto.js';

/** Of a request that carries a program, as JSON or as a form. */
export const PROGRAM_BODY_BYTES = 8 * 2 ** 20;
const FORM_PARTS = 300;
/** Parts of a form that are source files. */
const FILE_PARTS = new Set(['files', 'file']);

export interface ProgramBody<T extends ProgramDto> {
  readonly fields: T;
  readonly files: readonly SourceFile[];
  /** Other parts of a form that came as files, by their names. */
  readonly attachments: ReadonlyMap<string, Buffer>;
}

const STRICT = { whitelist: true, forbidNonWhitelisted: true, transform: true } as const;
const PIPES = {
  json: new ValidationPipe(STRICT),
  form: new ValidationPipe({ ...STRICT, transformOptions: { groups: [FORM] } }),
};

/**
 * Reads a program with its fields from JSON or from a multipart form, which mean the same.
 * @param attachments names of further parts that may come as files.
 * @throws JudgeError `bad-usage`, `bad-source`, `payload-too-large`; Nest's for fields that are not valid.
 */
export async function readProgramBody<T extends ProgramDto>(
  request: FastifyRequest,
  dto: Type<T>,
  attachments: readonly string[] = [],
): Promise<ProgramBody<T>> {
  if (isForm(request)) return await readForm(request, dto, attachments);
  const { body } = request;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new JudgeError('bad-usage', 'the body must be an object of JSON, or a multipart form');
  }
  const fields = await validated(body, dto, 'json');
  return { fields, files: (fields.files ?? []).map(sourceFile), attachments: new Map() };
}

async function readForm<T extends ProgramDto>(
  request: FastifyRequest,
  dto: Type<T>,
  attachments: readonly string[],
): Promise<ProgramBody<T>> {
  const fields = new Map<string, string>();
  const attached = new Map<string, Buffer>();
  const files: SourceFile[] = [];
  const limits = { parts: FORM_PARTS, bytes: PROGRAM_BODY_BYTES };
  for await (const part of formParts(request, limits)) {
    const { name } = part;
    const isSource = FILE_PARTS.has(name) && part.kind === 'file';
    if (!isSource && (fields.has(name) || attached.has(name))) {
      throw new JudgeError('bad-usage', `the form has ${printable(name)} twice`);
    }
    if (part.kind === 'field') {
      fields.set(name, part.value);
    } else if (isSource) {
      files.push({ name: part.fileName, content: await bytesOf(part.content) });
    } else if (attachments.includes(name)) {
      attached.set(name, await bytesOf(part.content));
    } else {
      const known = ['files', ...attachments].join(', ');
      throw new JudgeError(
        'bad-usage',
        `${printable(name)} is no part that takes a file: use ${known}`,
      );
    }
  }
  const valid = await validated(Object.fromEntries(fields), dto, 'form');
  return { fields: valid, files, attachments: attached };
}

async function validated<T>(body: object, dto: Type<T>, from: keyof typeof PIPES): Promise<T> {
  return (await PIPES[from].transform(body, { type: 'body', metatype: dto })) as T;
}

function sourceFile(file: SubmittedFileDto): SourceFile {
  const { name } = file;
  const { content: text, content_base64: base64 } = file;
  if ((text === undefined) === (base64 === undefined)) {
    throw new JudgeError('bad-usage', `${printable(name)}: give either content or content_base64`);
  }
  return {
    name,
    content: text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text),
  };
}

async function bytesOf(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}
