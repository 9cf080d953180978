import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength } from 'class-validator';
import type { WorkerState } from '../database/schema.js';
import { Optional } from '../http/optional.js';
import { ASKED_STATES, type AskedState, type WorkerRow } from './worker-store.js';

const STATES: readonly WorkerState[] = ['active', 'paused', 'draining', 'disabled', 'stopped'];

const FACTS = {
  kernel: '6.12.0',
  cores: 4,
  memory_bytes: 8_589_934_592,
  cgroup_version: 2,
  driver: 'docker',
  timing_grade: true,
  timing_notes: [],
};
const TOOLCHAINS = {
  gcc: {
    state: 'ready',
    digest: 'sha256:6f5a…',
    versions: { cpp20: 'g++ (Debian 14.2.0) 14.2.0' },
  },
};

export class WorkerDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'judge-1', description: 'Name of its machine.' })
  readonly name!: string;

  @ApiProperty({ enum: STATES })
  readonly state!: WorkerState;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why it is so.' })
  readonly state_reason!: string | null;

  @ApiProperty({ description: 'Was it heard of within the last twenty seconds?' })
  readonly alive!: boolean;

  @ApiProperty({ type: 'integer', example: 3, description: 'Executions at once.' })
  readonly slots!: number;

  @ApiProperty({ type: 'integer', example: 2, description: 'Judgements that it has.' })
  readonly judging!: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: FACTS,
    description: 'Its machine, and whether times of it can be compared.',
  })
  readonly facts!: object;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: TOOLCHAINS,
    description: 'By toolchain: waiting, building, ready or failed; image and versions.',
  })
  readonly toolchains!: object;

  @ApiProperty({ format: 'date-time' })
  readonly start_time!: string;

  @ApiProperty({ format: 'date-time' })
  readonly heartbeat_time!: string;
}

export class ChangeWorkerDto {
  @ApiProperty({ enum: ASKED_STATES, description: 'paused and draining: it takes no new jobs.' })
  @IsIn(ASKED_STATES)
  readonly state!: AskedState;

  @ApiProperty({ required: false, maxLength: 500, example: 'kernel update at noon' })
  @Optional()
  @IsString()
  @MaxLength(500)
  readonly reason?: string;
}

export function toWorkerDto(row: WorkerRow): WorkerDto {
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    state_reason: row.state_reason,
    alive: row.alive,
    slots: row.slots,
    judging: row.judging,
    facts: row.facts as object,
    toolchains: row.toolchains as object,
    start_time: row.started_at.toISOString(),
    heartbeat_time: row.heartbeat_at.toISOString(),
  };
}
