import { ApiExtension } from '@nestjs/swagger';
import type { Operation, Schema } from './document.js';

const FORM = 'x-form';
const FORM_TYPE = 'multipart/form-data';

/** The handler also takes a multipart form, whose schema is another than that of its JSON. */
export function ApiForm(schema: Schema): MethodDecorator {
  return ApiExtension(FORM, schema);
}

/** Puts the form where it belongs: Nest gives all media types of a body one schema. */
export function describeForm(operation: Operation): void {
  const schema = operation[FORM] as Schema | undefined;
  if (schema === undefined) return;
  Reflect.deleteProperty(operation, FORM);
  if (operation.requestBody !== undefined) operation.requestBody.content[FORM_TYPE] = { schema };
}
