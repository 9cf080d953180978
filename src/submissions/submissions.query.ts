import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, Matches } from 'class-validator';
import { Optional } from '../http/optional.js';
import type { JudgementState } from '../database/schema.js';
import { UUID } from '../http/id.js';
import { VERDICTS, type Verdict } from '../judging/verdict.js';
import { ViewedPageQuery } from '../judgements/view.query.js';
import { PrintableText } from './printable-text.js';

const STATES: readonly JudgementState[] = ['queued', 'judging', 'finished', 'cancelled'];
const VERDICT_IDS = Object.keys(VERDICTS);

export class SubmissionsQuery extends ViewedPageQuery {
  @ApiPropertyOptional({ example: 'hello' })
  @Optional()
  @PrintableText(100)
  readonly problem_id?: string;

  @ApiPropertyOptional({ example: 'python3', description: 'The id, not an alias.' })
  @Optional()
  @PrintableText(100)
  readonly language_id?: string;

  @ApiPropertyOptional({ enum: VERDICT_IDS, description: 'Of the judgement that counts.' })
  @Optional()
  @IsIn(VERDICT_IDS)
  readonly verdict?: Verdict;

  @ApiPropertyOptional({ enum: STATES, description: 'Of the judgement that counts.' })
  @Optional()
  @IsIn(STATES)
  readonly state?: JudgementState;

  @ApiPropertyOptional({ example: 'alice' })
  @Optional()
  @PrintableText(200)
  readonly submitter?: string;

  @ApiPropertyOptional({
    format: 'uuid',
    description: "Staff: of this account. Others get their own account's in any case.",
  })
  @Optional()
  @Matches(UUID, { message: 'account_id must be an id' })
  readonly account_id?: string;
}

export class EventsQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    default: 'false',
    description: 'true: go on after the verdict, for rejudgings.',
  })
  @Optional()
  @IsIn(['true', 'false'])
  readonly follow: 'true' | 'false' = 'false';

  @ApiPropertyOptional({
    pattern: '^[0-9]{1,9}$',
    description: 'For clients that cannot send `Last-Event-ID`, which wins over it.',
  })
  @Optional()
  @Matches(/^\d{1,9}$/, { message: 'last_event_id must be the number of an event' })
  readonly last_event_id?: string;
}
