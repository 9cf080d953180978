import { ApiProperty } from '@nestjs/swagger';
import type { VerificationState, VersionState } from '../database/schema.js';
import { VERDICTS, type Verdict } from '../judging/verdict.js';
import type { NumberedResult } from './verification/verify-package.js';
import type { Verification, Version } from './version-store.js';
import { NoticeDto, VERSION_STATES } from './version.dto.js';

const VERIFICATION_STATES = ['queued', 'running', 'finished', 'failed'];

export class ProgressDto {
  @ApiProperty({ enum: VERIFICATION_STATES })
  readonly state!: VerificationState;

  @ApiProperty({ type: 'integer', minimum: 0 })
  readonly done!: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'Examples and checks; 0: not known yet.',
  })
  readonly total!: number;

  @ApiProperty({ example: 'submissions/accepted/a.py: case 3 of 20' })
  readonly progress!: string;
}

export class ExampleResultDto {
  @ApiProperty({ example: 'submissions/accepted/a.py' })
  readonly submission!: string;

  @ApiProperty()
  readonly ok!: boolean;

  @ApiProperty({ example: 'python3' })
  readonly language_id!: string;

  @ApiProperty({ enum: Object.keys(VERDICTS), isArray: true })
  readonly expected!: readonly Verdict[];

  @ApiProperty({ enum: Object.keys(VERDICTS) })
  readonly judgement_type_id!: Verdict;

  @ApiProperty({ type: 'number', minimum: 0 })
  readonly time_ms!: number;

  @ApiProperty({ type: 'number', minimum: 0, description: 'The limit in this language.' })
  readonly time_limit_ms!: number;

  @ApiProperty({ type: 'integer', minimum: 0 })
  readonly memory_bytes!: number;

  @ApiProperty({ type: 'integer', minimum: 0 })
  readonly memory_limit_bytes!: number;

  @ApiProperty({ type: [String] })
  readonly notes!: readonly string[];
}

export class CheckResultDto {
  @ApiProperty({ example: 'output validator: random bytes' })
  readonly check!: string;

  @ApiProperty()
  readonly ok!: boolean;

  @ApiProperty({ type: [String] })
  readonly notes!: readonly string[];
}

export class VerificationDto extends ProgressDto {
  @ApiProperty({ example: 'hello' })
  readonly problem_id!: string;

  @ApiProperty({ type: 'integer', minimum: 1 })
  readonly version!: number;

  @ApiProperty({ enum: VERSION_STATES })
  readonly version_state!: VersionState;

  @ApiProperty({ type: 'number', nullable: true, minimum: 0 })
  readonly time_limit_ms!: number | null;

  @ApiProperty({ type: 'string', nullable: true, description: 'Why it could not be done.' })
  readonly error!: string | null;

  @ApiProperty({ type: [ExampleResultDto] })
  readonly examples!: readonly ExampleResultDto[];

  @ApiProperty({
    type: [CheckResultDto],
    description: 'Of the time limit, validators and margins.',
  })
  readonly checks!: readonly CheckResultDto[];

  @ApiProperty({ type: [NoticeDto] })
  readonly notices!: readonly NoticeDto[];

  @ApiProperty({ format: 'date-time' })
  readonly time!: string;

  @ApiProperty({ type: 'string', nullable: true, format: 'date-time' })
  readonly start_time!: string | null;

  @ApiProperty({ type: 'string', nullable: true, format: 'date-time' })
  readonly end_time!: string | null;
}

export function toProgressDto({ state, done, total, progress }: Verification): ProgressDto {
  return { state, done, total, progress };
}

export function toVerificationDto(
  version: Version,
  verification: Verification,
  results: readonly NumberedResult[],
): VerificationDto {
  return {
    problem_id: version.problemName,
    version: version.number,
    version_state: version.state,
    state: verification.state,
    done: verification.done,
    total: verification.total,
    progress: verification.progress,
    time_limit_ms: version.cpuTimeLimitMs,
    error: verification.error,
    examples: results.flatMap((result) => toExampleResultDto(result) ?? []),
    checks: results.flatMap((result) => toCheckResultDto(result) ?? []),
    notices: version.notices,
    time: verification.createdAt.toISOString(),
    start_time: verification.startedAt?.toISOString() ?? null,
    end_time: verification.finishedAt?.toISOString() ?? null,
  };
}

export function toExampleResultDto({
  subject,
  ok,
  detail,
}: NumberedResult): ExampleResultDto | undefined {
  if (detail.kind !== 'example') return undefined;
  return {
    submission: subject,
    ok,
    language_id: detail.language,
    expected: detail.expected,
    judgement_type_id: detail.verdict,
    time_ms: detail.timeMs,
    time_limit_ms: detail.timeLimitMs,
    memory_bytes: detail.memoryBytes,
    memory_limit_bytes: detail.memoryLimitBytes,
    notes: detail.notes,
  };
}

export function toCheckResultDto({
  subject,
  ok,
  detail,
}: NumberedResult): CheckResultDto | undefined {
  return detail.kind === 'example' ? undefined : { check: subject, ok, notes: detail.notes };
}
