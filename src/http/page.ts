import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { Optional } from './optional.js';
import { JudgeError } from '../errors.js';
import { UUID } from './id.js';
import { WholeNumber } from './whole-number.js';

/**
 * Lists come in pages: `{ "data": […] }`, and `Link: <…>; rel="next"` while there is more.
 *
 *   class ThingsQuery extends PageQuery { …filters }
 *
 *   @Get() @ApiPage(ThingDto)
 *   async list(@Query() query: ThingsQuery): Promise<Page<ThingDto>> {
 *     const before = readCursor(query.cursor);              // an id, or undefined for the start
 *     const rows = await …where('id', '<', before).orderBy('id', 'desc').limit(query.limit + 1);
 *     return pageOf(rows, query.limit, (row) => row.id).map(toThingDto);
 *   }
 */
export class PageQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 100,
    default: 50,
    description: 'How many at most.',
  })
  @Optional()
  @WholeNumber({ min: 1, max: 100 })
  readonly limit: number = 50;

  @ApiPropertyOptional({
    type: 'string',
    maxLength: 200,
    description: 'Where to go on: from the Link header of the page before.',
  })
  @Optional()
  @IsString()
  @MaxLength(200)
  readonly cursor?: string;
}

export class Page<T> {
  readonly data: readonly T[];
  /** Of the next page; undefined on the last. */
  readonly next: string | undefined;

  constructor(data: readonly T[], next: string | undefined) {
    this.data = data;
    this.next = next;
  }

  map<U>(toDto: (item: T) => U): Page<U> {
    return new Page(this.data.map(toDto), this.next);
  }
}

/** Cuts a page from rows of which one more than the limit was read. `keyOf`: what a cursor holds. */
export function pageOf<T>(rows: readonly T[], limit: number, keyOf: (row: T) => string): Page<T> {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  const more = rows.length > limit && last !== undefined;
  return new Page(data, more ? Buffer.from(keyOf(last), 'utf8').toString('base64url') : undefined);
}

/**
 * The key of the last item before the page; undefined for the first page.
 * @param form What keys look like; ids, unless given.
 * @throws JudgeError `bad-usage` for a text that is no cursor of this list.
 */
export function readCursor(cursor: string | undefined, form: RegExp = UUID): string | undefined {
  if (cursor === undefined) return undefined;
  const key = Buffer.from(cursor, 'base64url').toString('utf8');
  const roundTrip = Buffer.from(key, 'utf8').toString('base64url');
  if (roundTrip !== cursor || !form.test(key)) {
    throw new JudgeError('bad-usage', 'cursor is not one that this list gave');
  }
  return key;
}

/** The answer of a list, for the document. */
export function ApiPage(item: Type): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ApiExtraModels(item),
    ApiOkResponse({
      description: 'One page.',
      headers: {
        Link: {
          description: 'The next page, with rel="next"; absent on the last.',
          schema: { type: 'string' },
        },
      },
      schema: {
        type: 'object',
        required: ['data'],
        additionalProperties: false,
        properties: { data: { type: 'array', items: { $ref: getSchemaPath(item) } } },
      },
    }),
  );
}
