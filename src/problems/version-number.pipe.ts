import { Injectable, type PipeTransform } from '@nestjs/common';
import { JudgeError } from '../errors.js';

const NUMBER = /^[1-9]\d{0,8}$/;

/** `@Param('number', VersionNumberPipe)`: what cannot be a number names no version. */
@Injectable()
export class VersionNumberPipe implements PipeTransform<string, number> {
  transform(text: string): number {
    if (!NUMBER.test(text)) throw new JudgeError('not-found', 'there is no such version');
    return Number(text);
  }
}
