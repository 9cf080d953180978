import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength, MinLength } from 'class-validator';
import type { Selectable } from 'kysely';
import type { DisabledPartsTable } from '../database/schema.js';

const KINDS = ['language', 'problem'] as const;
export type PartKind = (typeof KINDS)[number];

export class DisabledPartDto {
  @ApiProperty({ enum: KINDS })
  readonly kind!: PartKind;

  @ApiProperty({ example: 'java', description: 'Id of the language, or of the problem.' })
  readonly part!: string;

  @ApiProperty({ example: 'the image of java could not be built' })
  readonly reason!: string;

  @ApiProperty({ format: 'date-time' })
  readonly time!: string;
}

export class DisablePartDto {
  @ApiProperty({ enum: KINDS })
  @IsIn(KINDS)
  readonly kind!: PartKind;

  @ApiProperty({
    minLength: 1,
    maxLength: 200,
    example: 'java',
    description: 'Id or alias of a language; short name of a problem.',
  })
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  readonly part!: string;

  @ApiProperty({ minLength: 1, maxLength: 500, example: 'its answers are wrong' })
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  readonly reason!: string;
}

export function toDisabledPartDto(row: Selectable<DisabledPartsTable>): DisabledPartDto {
  return {
    kind: row.kind,
    part: row.part,
    reason: row.reason,
    time: row.created_at.toISOString(),
  };
}
