import { applyDecorators } from '@nestjs/common';
import { IsISO8601, Matches } from 'class-validator';

const FORM = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** A time that is the same everywhere (RFC 3339): with Z or an offset, on a day that exists. */
export function Instant(): PropertyDecorator {
  return applyDecorators(
    Matches(FORM, { message: '$property must be a time such as 2026-12-31T23:00:00Z' }),
    IsISO8601({ strict: true }),
  );
}
