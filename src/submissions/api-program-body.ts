import { applyDecorators, type Type } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { ApiForm } from '../http/openapi/api-form.js';
import type { ProgramDto } from './submit.dto.js';

const TEXT = { type: 'string' };
const FILES = { type: 'array', items: { type: 'string', format: 'binary' } };

/** A body of JSON, or a form with the same fields as texts and the sources as files. */
export function ApiProgramBody(
  dto: Type<ProgramDto>,
  { required, texts }: { readonly required: readonly string[]; readonly texts: readonly string[] },
): MethodDecorator {
  const names = [...required, ...texts, 'language_id', 'source', 'entry_point', 'submitter'];
  return applyDecorators(
    ApiBody({ type: dto }),
    ApiForm({
      type: 'object',
      required: [...required],
      properties: {
        ...Object.fromEntries(names.map((name) => [name, TEXT] as const)),
        files: FILES,
      },
    }),
  );
}
