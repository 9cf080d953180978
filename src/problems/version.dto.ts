import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsString, Matches, MaxLength } from 'class-validator';
import type { VerificationState, VersionState } from '../database/schema.js';
import { Optional } from '../http/optional.js';
import { VERDICTS, type Verdict } from '../judging/verdict.js';
import type { Verification, Version } from './version-store.js';
import type { NumberedResult } from './verification/verify-package.js';

const VERSION_STATES = ['unverified', 'verifying', 'green', 'red', 'failed'];
const VERIFICATION_STATES = ['queued', 'running', 'finished', 'failed'];

export class NoticeDto {
  @ApiProperty({ example: 'problem.yaml' })
  readonly file!: string;

  @ApiPropertyOptional({ example: 'limits.validation_passes' })
  readonly key?: string;

  @ApiProperty({ example: 'is not known, and not used' })
  readonly message!: string;
}

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

export class VersionDto {
  @ApiProperty({ example: 'hello' })
  readonly problem_id!: string;

  @ApiProperty({ type: 'integer', minimum: 1 })
  readonly version!: number;

  @ApiProperty({ example: 'Hello World!' })
  readonly name!: string;

  @ApiProperty({ enum: VERSION_STATES, description: 'failed: it could not be verified.' })
  readonly state!: VersionState;

  @ApiProperty({ description: 'Is it what submissions are judged against?' })
  readonly published!: boolean;

  @ApiProperty({ type: 'string', nullable: true, format: 'date-time' })
  readonly published_time!: string | null;

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Why it was published without being green.',
  })
  readonly override_reason!: string | null;

  @ApiProperty({ type: 'number', nullable: true, minimum: 0 })
  readonly time_limit_ms!: number | null;

  @ApiProperty({ description: 'SHA-256 of all that judging and solvers see.' })
  readonly package_hash!: string;

  @ApiProperty({ type: 'integer', minimum: 0 })
  readonly archive_bytes!: number;

  @ApiProperty({
    type: [NoticeDto],
    description: 'What the package states and is not honoured.',
  })
  readonly notices!: readonly NoticeDto[];

  @ApiProperty({ example: 'admin', description: 'Name of the account.' })
  readonly created_by!: string;

  @ApiProperty({ format: 'date-time' })
  readonly time!: string;
}

export function toVersionDto(version: Version): VersionDto {
  return {
    problem_id: version.problemName,
    version: version.number,
    name: version.title,
    state: version.state,
    published: version.published,
    published_time: version.publishedAt?.toISOString() ?? null,
    override_reason: version.overrideReason,
    time_limit_ms: version.cpuTimeLimitMs,
    package_hash: version.packageHash,
    archive_bytes: version.archiveBytes,
    notices: version.notices,
    created_by: version.createdBy,
    time: version.createdAt.toISOString(),
  };
}

export class UploadedDto {
  @ApiProperty({ example: 'hello' })
  readonly problem_id!: string;

  @ApiProperty({ type: VersionDto })
  readonly version!: VersionDto;

  @ApiProperty({ description: 'false: the problem had a version of this content already.' })
  readonly created!: boolean;

  @ApiProperty({
    example: '/api/v1/problems/hello/versions/1/verification',
    description: 'Where to follow the verification.',
  })
  readonly verification!: string;
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

export class PublishDto {
  @ApiPropertyOptional({
    example: 'the slow Java solution is known, and does not matter here',
    maxLength: 1000,
    description: 'Why to publish a version that is not green; recorded.',
  })
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(1000)
  @Matches(/\S/, { message: 'override_reason must say something' })
  readonly override_reason?: string;
}
