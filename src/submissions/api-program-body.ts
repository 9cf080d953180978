import { applyDecorators, type Type } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { ApiForm } from '../http/openapi/api-form.js';
import type { ProgramDto } from './submit.dto.js';

const TEXT = { type: 'string' };
const FILES = { type: 'array', items: { type: 'string', format: 'binary' } };

/** Fields that exclude each other are not all in it, as they would be in one made from the schema. */
const SOURCE = { language_id: 'python3', source: 'print("Hello World!")\n' };
const SEVERAL = {
  language_id: 'python3',
  files: [
    { name: 'main.py', content: 'import greeting\n\nprint(greeting.TEXT)\n' },
    { name: 'greeting.py', content_base64: 'VEVYVCA9ICJIZWxsbyBXb3JsZCEiCg==' },
  ],
  entry_point: 'main.py',
};

interface ProgramBodyDescription {
  readonly required: readonly string[];
  readonly texts: readonly string[];
  /** What is in the example besides a program. */
  readonly example: object;
}

/** A body of JSON, or a form with the same fields as texts and the sources as files. */
export function ApiProgramBody(
  dto: Type<ProgramDto>,
  { required, texts, example }: ProgramBodyDescription,
): MethodDecorator {
  const names = [...required, ...texts, 'language_id', 'source', 'entry_point', 'submitter'];
  return applyDecorators(
    ApiBody({
      type: dto,
      examples: {
        source: { summary: 'One file', value: { ...SOURCE, ...example } },
        files: { summary: 'Several files', value: { ...SEVERAL, ...example } },
      },
    }),
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
