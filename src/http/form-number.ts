import { Transform } from 'class-transformer';

/** The group of class-transformer in which the fields of a form are read. */
export const FORM = 'form';

const DIGITS = /^(0|[1-9]\d{0,15})$/;

/** A number, which is a text of digits in a form, where every field is a text. In JSON it is a number. */
export function FormNumber(): PropertyDecorator {
  return Transform(
    ({ value }: { value: unknown }) =>
      typeof value === 'string' && DIGITS.test(value) ? Number(value) : value,
    { groups: [FORM] },
  );
}
