import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';

const DIGITS = /^(0|[1-9]\d{0,15})$/;

/** A whole number of a query string, in digits: not `1e2`, not empty, not given twice. */
export function WholeNumber({ min, max }: { readonly min: number; readonly max: number }) {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && DIGITS.test(value) ? Number(value) : value,
    ),
    IsInt(),
    Min(min),
    Max(max),
  );
}
