import { ValidateIf } from 'class-validator';

/** May be left out. class-validator's own `@IsOptional()` lets null through as well. */
export function Optional(): PropertyDecorator {
  return ValidateIf((_dto, value) => value !== undefined);
}
