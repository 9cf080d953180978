import { JudgeError } from '../errors.js';
import { printable } from './plain-name.js';

/** The error of a package that cannot be read: `FILE: KEY MESSAGE`, on one line. */
export function badPackage(file: string, message: string, key?: string): JudgeError {
  const subject = key === undefined ? '' : `${printable(key)} `;
  return new JudgeError('bad-package', `${printable(file)}: ${subject}${message}`);
}
