import { ApiProperty } from '@nestjs/swagger';
import type { RejudgingState } from '../database/schema.js';
import { VERDICTS, type Verdict } from '../judging/verdict.js';
import { RejudgingFilterDto, toFilterDto } from './new-rejudging.dto.js';
import {
  EFFECTS,
  effectOf,
  type Change,
  type Effect,
  type Rejudging,
  type Transition,
} from './rejudging-store.js';

const VERDICT_IDS = Object.keys(VERDICTS);
const STATES: readonly RejudgingState[] = ['computing', 'ready', 'applied', 'cancelled'];

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
