import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { describeForm } from './api-form.js';
import type { Document, Media, Operation, Schema } from './document.js';
import { exampleOf } from './example-of.js';
import { describeProblems } from './operation-problems.js';
import { ProblemDetailsDto } from './problem-details.dto.js';

const DESCRIPTION = `An online-judge grading engine.

Requests carry a token: \`Authorization: Bearer mns_…\`. Errors are problem details (RFC 9457) with a
stable \`code\`. Lists come in pages that the \`Link\` header leads through. Times are ISO 8601 in UTC,
durations end in \`_ms\`, sizes in \`_bytes\`.`;

/** The OpenAPI 3.1 document of all controllers. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const description = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Minos')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A token of Minos.' }, 'token')
    .build();
  const document = SwaggerModule.createDocument(app, description, {
    extraModels: [ProblemDetailsDto],
    operationIdFactory: (controller, method) => `${camel(controller)}_${method}`,
  });
  finish(document as unknown as Document);
  return document;
}

function camel(controller: string): string {
  const name = controller.replace(/Controller$/, '');
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function finish({ paths, components }: Document): void {
  const { schemas } = components;
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      describeForm(operation);
      describeProblems(method, path, operation);
      if (method === 'get') describeRevalidation(operation);
      addExamples(operation, schemas);
    }
  }
}

/** Answers in JSON have an ETag (etag.ts). */
function describeRevalidation(operation: Operation): void {
  if (operation.responses['200']?.content?.['application/json'] === undefined) return;
  operation.responses['304'] = { description: 'As it was when the If-None-Match was given.' };
}

/** Every operation shows what goes in and what comes out. */
function addExamples(operation: Operation, schemas: Readonly<Record<string, Schema>>): void {
  const bodies = [operation.requestBody, ...Object.values(operation.responses)];
  for (const media of bodies.flatMap((body): Media[] => Object.values(body?.content ?? {}))) {
    if (media.schema === undefined || media.example !== undefined || media.examples !== undefined) {
      continue;
    }
    media.example = exampleOf(media.schema, schemas);
  }
  for (const parameter of operation.parameters ?? []) {
    if (parameter.in === 'path' && parameter.schema !== undefined) {
      parameter.example ??= exampleOf(parameter.schema, schemas);
    }
  }
}
