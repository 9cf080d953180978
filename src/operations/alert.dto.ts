import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import type { Selectable } from 'kysely';
import type { AlertsTable } from '../database/schema.js';
import { Optional } from '../http/optional.js';
import { PageQuery } from '../http/page.js';

const WHICH = ['open', 'all'] as const;

export class AlertsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: WHICH, default: 'open' })
  @Optional()
  @IsIn(WHICH)
  readonly state: (typeof WHICH)[number] = 'open';
}

export class AlertDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'judging-error' })
  readonly kind!: string;

  @ApiProperty({ example: 'the problem hello cannot be judged: its validator exited with 3' })
  readonly message!: string;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { problem: 'hello' } })
  readonly details!: object;

  @ApiProperty({ format: 'date-time' })
  readonly time!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  readonly resolved_time!: string | null;
}

export function toAlertDto(row: Selectable<AlertsTable>): AlertDto {
  return {
    id: row.id,
    kind: row.kind,
    message: row.message,
    details: row.details as object,
    time: row.created_at.toISOString(),
    resolved_time: row.resolved_at?.toISOString() ?? null,
  };
}
