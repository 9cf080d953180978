import { ApiProperty } from '@nestjs/swagger';
import type { Lane } from '../database/schema.js';
import type { Audience } from '../judgements/audience.js';
import type { JudgementRow } from '../judgements/judgement-row.js';
import { JudgementDto, toJudgementDto } from '../judgements/judgement.dto.js';
import type { JudgingMode } from '../judging/judgement.js';
import type { QueuePosition } from './queue-estimate.js';
import type { SubmissionRow } from './submission-row.js';

export class QueuePositionDto {
  @ApiProperty({ type: 'integer', example: 3, description: 'How many go first.' })
  readonly ahead!: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 1500,
    description: 'Until its judging begins, as far as can be told; null when nobody judges.',
  })
  readonly estimated_wait_ms!: number | null;
}

/** The CLICS object with more; `submitter` is what CLICS calls a team. */
export class SubmissionDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'hello', description: 'Short name of the problem.' })
  readonly problem_id!: string;

  @ApiProperty({ example: 'python3' })
  readonly language_id!: string;

  @ApiProperty({ example: 'alice', description: 'Whom the account submits for.' })
  readonly submitter!: string;

  @ApiProperty({ format: 'uuid' })
  readonly account_id!: string;

  @ApiProperty({ format: 'date-time' })
  readonly time!: string;

  @ApiProperty({ type: String, nullable: true, example: null })
  readonly entry_point!: string | null;

  @ApiProperty({ enum: ['lazy', 'full', 'samples'] })
  readonly mode!: JudgingMode;

  @ApiProperty({ enum: ['contest', 'practice'], example: 'practice' })
  readonly lane!: Lane;

  @ApiProperty({ type: 'integer', example: 14 })
  readonly source_bytes!: number;

  @ApiProperty({
    type: 'integer',
    example: 7,
    description: 'Number of its last event, for `Last-Event-ID`.',
  })
  readonly last_event_id!: number;

  @ApiProperty({
    type: JudgementDto,
    nullable: true,
    description: 'The one that counts.',
  })
  readonly judgement!: JudgementDto | null;

  @ApiProperty({
    type: QueuePositionDto,
    nullable: true,
    description: 'Where it stands while it waits; only of a single submission that was got.',
  })
  readonly queue!: QueuePositionDto | null;
}

export interface SubmissionParts {
  readonly row: SubmissionRow;
  readonly judgement: Omit<JudgementRow, 'job_id'> | undefined;
  readonly position?: QueuePosition | null;
}

/** Of the submission itself staff and owner see the same; they differ in the judgement. */
export function toSubmissionDto(
  { row, judgement, position }: SubmissionParts,
  audience: Audience,
): SubmissionDto {
  return {
    id: row.id,
    problem_id: row.problem_name,
    language_id: row.language_id,
    submitter: row.submitter,
    account_id: row.account_id,
    time: row.created_at.toISOString(),
    entry_point: row.entry_point,
    mode: row.mode,
    lane: row.lane,
    source_bytes: row.source_bytes,
    last_event_id: row.last_event,
    judgement: judgement === undefined ? null : toJudgementDto(judgement, audience),
    queue: toQueuePositionDto(position ?? null),
  };
}

export function toQueuePositionDto(position: QueuePosition | null): QueuePositionDto | null {
  if (position === null) return null;
  return { ahead: position.ahead, estimated_wait_ms: position.estimatedWaitMs };
}
