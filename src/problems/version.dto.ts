import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsString, Matches, MaxLength } from 'class-validator';
import type { VersionState } from '../database/schema.js';
import { Optional } from '../http/optional.js';
import type { Version } from './version-store.js';

export const VERSION_STATES = ['unverified', 'verifying', 'green', 'red', 'failed'];

export class NoticeDto {
  @ApiProperty({ example: 'problem.yaml' })
  readonly file!: string;

  @ApiPropertyOptional({ example: 'limits.validation_passes' })
  readonly key?: string;

  @ApiProperty({ example: 'is not known, and not used' })
  readonly message!: string;
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
