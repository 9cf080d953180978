import { registerDecorator } from 'class-validator';
import { hasUnprintableCharacters } from '../problems/plain-name.js';

/** Text that can be shown on one line as it is: no control or format characters, not only blanks. */
export function PrintableText(maxLength: number): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: 'printableText',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: {
        validate: (value: unknown) =>
          typeof value === 'string' &&
          value.length <= maxLength &&
          value.trim() !== '' &&
          !hasUnprintableCharacters(value),
        defaultMessage: () =>
          `${String(propertyName)} must be a text of 1 to ${maxLength} printable characters`,
      },
    });
}
