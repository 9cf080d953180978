import { applyDecorators, type Type } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';

/** The header, in the document. */
export function ApiIdempotencyKey(what: string): MethodDecorator {
  return ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: `Of your making: the same key gives the same ${what}, for a day at least.`,
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
  });
}

/** The answer to a request that was sent again. */
export function ApiReplayed(type: Type, what: string): MethodDecorator {
  return applyDecorators(
    ApiResponse({
      status: 200,
      type,
      description: `The Idempotency-Key had given this ${what} before.`,
      headers: {
        Location: { schema: { type: 'string' } },
        'Idempotency-Replayed': { schema: { type: 'string', enum: ['true'] } },
      },
    }),
  );
}
