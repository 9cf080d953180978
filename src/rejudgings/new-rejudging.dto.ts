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
import { UUID } from '../http/id.js';
import { Instant } from '../http/instant.js';
import { Optional } from '../http/optional.js';
import { PageQuery } from '../http/page.js';
import { VERDICTS, type Verdict } from '../judging/verdict.js';
import type { RejudgingFilter } from './rejudging-filter.js';
import { EFFECTS, type Effect } from './rejudging-store.js';

const VERDICT_IDS = Object.keys(VERDICTS);
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

export function toFilterDto(filter: RejudgingFilter): RejudgingFilterDto {
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
