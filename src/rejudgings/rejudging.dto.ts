import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import type { RejudgingState } from '../database/schema.js';
import { UUID } from '../http/id.js';
import { Instant } from '../http/instant.js';
import { Optional } from '../http/optional.js';
import { PageQuery } from '../http/page.js';
import { VERDICTS, type Verdict } from '../judging/verdict.js';
import type { RejudgingFilter } from './rejudging-filter.js';
import {
  effectOf,
  type Change,
  type Effect,
  type Rejudging,
  type Transition,
} from './rejudging-store.js';

const VERDICT_IDS = Object.keys(VERDICTS);
const STATES: readonly RejudgingState[] = ['computing', 'ready', 'applied', 'cancelled'];
const EFFECTS: readonly Effect[] = ['gains', 'loses', 'changes'];
const NAME_LENGTH = 200;
const MAX_VERSION = 999_999_999;
const MOST_IDS = 10_000;

export class RejudgingFilterDto {
  @ApiPropertyOptional({ example: 'hello', description: 'Short name of the problem.' })
  @Optional()
  @IsString()
  @MaxLength(NAME_LENGTH)
  readonly problem_id?: string;

  @ApiPropertyOptional({ example: 'python3', description: 'The id, not an alias.' })
  @Optional()
  @IsString()
  @MaxLength(NAME_LENGTH)
  readonly language_id?: string;

  @ApiPropertyOptional({
    enum: VERDICT_IDS,
    isArray: true,
    type: 'string',
    description: 'Of the judgement that counts.',
  })
  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(VERDICT_IDS, { each: true })
  readonly verdict?: readonly Verdict[];

  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'string', format: 'uuid' },
    maxItems: MOST_IDS,
  })
  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_IDS)
  @Matches(UUID, { each: true, message: 'submission_ids must be ids' })
  readonly submission_ids?: readonly string[];

  @ApiPropertyOptional({ example: 'alice' })
  @Optional()
  @IsString()
  @MaxLength(NAME_LENGTH)
  readonly submitter?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Submitted then or later.' })
  @Optional()
  @Instant()
  readonly from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Submitted before.' })
  @Optional()
  @Instant()
  readonly to?: string;
}

export class NewRejudgingDto {
  @ApiProperty({ example: 'secret/07 had a wrong answer', maxLength: 1000 })
  @IsString()
  @MaxLength(1000)
  @Matches(/\S/, { message: 'reason must say something' })
  readonly reason!: string;

  @ApiProperty({
    type: RejudgingFilterDto,
    description: 'Everything stated must fit; something has to be stated.',
  })
  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => RejudgingFilterDto)
  readonly filter!: RejudgingFilterDto;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_VERSION,
    description:
      'Of the problem in the filter: judge against this version. Its published one unless given; without a problem, each against the version it was judged against.',
  })
  @Optional()
  @IsInt()
  @Min(1)
  @Max(MAX_VERSION)
  readonly version?: number;

  @ApiPropertyOptional({
    default: false,
    description: 'Each against the version it was judged against, also where a problem is named.',
  })
  @Optional()
  @IsBoolean()
  readonly own_versions: boolean = false;

  @ApiPropertyOptional({
    description:
      'Take over runs whose program, case and limits are the same as before. By default where the version differs.',
  })
  @Optional()
  @IsBoolean()
  readonly incremental?: boolean;
}

export class ApplyRejudgingDto {
  @ApiPropertyOptional({
    default: false,
    description: 'Where the new judgement is a judging error, leave the old one.',
  })
  @Optional()
  @IsBoolean()
  readonly keep_old_on_error: boolean = false;
}

export class ChangesQuery extends PageQuery {
  @ApiPropertyOptional({ enum: EFFECTS, description: 'gains: becomes AC; loses: was AC.' })
  @Optional()
  @IsIn(EFFECTS)
  readonly effect?: Effect;
}

export class RejudgingDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty()
  readonly reason!: string;

  @ApiProperty({ type: RejudgingFilterDto })
  readonly filter!: RejudgingFilterDto;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    minimum: 1,
    description: 'null: each against the version it was judged against.',
  })
  readonly version!: number | null;

  @ApiProperty()
  readonly incremental!: boolean;

  @ApiProperty({ enum: STATES, description: 'ready: all is judged, to be applied or cancelled.' })
  readonly state!: RejudgingState;

  @ApiProperty({ type: 'integer', minimum: 0 })
  readonly submissions!: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'How many of them are judged again.' })
  readonly judged!: number;

  @ApiProperty({ example: 'admin', description: 'Name of the account.' })
  readonly created_by!: string;

  @ApiProperty({ format: 'date-time' })
  readonly time!: string;

  @ApiProperty({ type: String, nullable: true, example: null })
  readonly ended_by!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  readonly end_time!: string | null;
}

export class TransitionDto {
  @ApiProperty({ enum: VERDICT_IDS })
  readonly from!: Verdict;

  @ApiProperty({ enum: VERDICT_IDS })
  readonly to!: Verdict;

  @ApiProperty({ type: 'integer', minimum: 1 })
  readonly count!: number;
}

export class PreviewDto {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Become AC.' })
  readonly gains!: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Were AC.' })
  readonly loses!: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Go from one rejection to another.' })
  readonly changes!: number;

  @ApiProperty({ type: 'integer', minimum: 0 })
  readonly unchanged!: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'New judgements that are JE.' })
  readonly errors!: number;

  @ApiProperty({ type: [TransitionDto], description: 'Of those judged so far.' })
  readonly matrix!: readonly TransitionDto[];
}

export class RejudgingWithPreviewDto extends RejudgingDto {
  @ApiProperty({ type: PreviewDto })
  readonly preview!: PreviewDto;
}

export class ChangeDto {
  @ApiProperty({ format: 'uuid' })
  readonly submission_id!: string;

  @ApiProperty({ example: 'alice' })
  readonly submitter!: string;

  @ApiProperty({ example: 'hello' })
  readonly problem_id!: string;

  @ApiProperty({ example: 'python3' })
  readonly language_id!: string;

  @ApiProperty({ enum: VERDICT_IDS })
  readonly from!: Verdict;

  @ApiProperty({ enum: VERDICT_IDS })
  readonly to!: Verdict;

  @ApiProperty({ enum: EFFECTS })
  readonly effect!: Effect;

  @ApiProperty({ format: 'uuid' })
  readonly previous_judgement_id!: string;

  @ApiProperty({ format: 'uuid' })
  readonly judgement_id!: string;
}

/** What is stated of it, with the names of the code; none: it would be everything there is. */
export function toFilter(dto: RejudgingFilterDto): RejudgingFilter | undefined {
  const filter = {
    problemId: dto.problem_id,
    languageId: dto.language_id,
    verdicts: dto.verdict,
    submissionIds: dto.submission_ids,
    submitter: dto.submitter,
    from: dto.from,
    to: dto.to,
  };
  const stated = Object.entries(filter).filter(([, value]) => value !== undefined);
  return stated.length === 0 ? undefined : Object.fromEntries(stated);
}

function toFilterDto(filter: RejudgingFilter): RejudgingFilterDto {
  const { problemId, languageId, verdicts, submissionIds, submitter, from, to } = filter;
  return {
    ...(problemId === undefined ? {} : { problem_id: problemId }),
    ...(languageId === undefined ? {} : { language_id: languageId }),
    ...(verdicts === undefined ? {} : { verdict: verdicts }),
    ...(submissionIds === undefined ? {} : { submission_ids: submissionIds }),
    ...(submitter === undefined ? {} : { submitter }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

export function toRejudgingDto(rejudging: Rejudging): RejudgingDto {
  return {
    id: rejudging.id,
    reason: rejudging.reason,
    filter: toFilterDto(rejudging.filter),
    version: rejudging.version,
    incremental: rejudging.incremental,
    state: rejudging.state,
    submissions: rejudging.submissions,
    judged: rejudging.judged,
    created_by: rejudging.createdBy,
    time: rejudging.createdAt.toISOString(),
    ended_by: rejudging.endedBy,
    end_time: rejudging.endedAt?.toISOString() ?? null,
  };
}

export function toPreviewDto(matrix: readonly Transition[]): PreviewDto {
  const count = (fits: (transition: Transition) => boolean) =>
    matrix.filter(fits).reduce((sum, transition) => sum + transition.count, 0);
  return {
    gains: count((each) => effectOf(each) === 'gains'),
    loses: count((each) => effectOf(each) === 'loses'),
    changes: count((each) => effectOf(each) === 'changes'),
    unchanged: count((each) => effectOf(each) === 'none'),
    errors: count(({ to }) => to === 'JE'),
    matrix,
  };
}

export function toChangeDto(change: Change): ChangeDto {
  const effect = effectOf(change);
  return {
    submission_id: change.submissionId,
    submitter: change.submitter,
    problem_id: change.problemName,
    language_id: change.languageId,
    from: change.from,
    to: change.to,
    effect: effect === 'none' ? 'changes' : effect,
    previous_judgement_id: change.previousJudgementId,
    judgement_id: change.judgementId,
  };
}
