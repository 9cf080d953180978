import { Injectable, type PipeTransform } from '@nestjs/common';
import { JudgeError } from '../errors.js';

/** As PostgreSQL writes a UUID; other spellings of one are no ids. */
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** `@Param('id', IdPipe)`: what cannot be an id names nothing, so it is not found. */
@Injectable()
export class IdPipe implements PipeTransform<string, string> {
  transform(text: string): string {
    if (!UUID.test(text)) throw new JudgeError('not-found', 'nothing has this id');
    return text;
  }
}
