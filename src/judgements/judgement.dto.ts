import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { JudgementState } from '../database/schema.js';
import type { JudgementEvent } from '../judging/judgement.js';
import { VERDICTS, type Verdict } from '../judging/verdict.js';
import type { Audience } from './audience.js';
import type { JudgementRow } from './judgement-row.js';
import { PENDING_REVIEW } from './owner-run.js';
import { shownVerdict } from './verdict-view.js';

const VERDICT_IDS = Object.keys(VERDICTS);
const STATES: readonly JudgementState[] = ['queued', 'judging', 'finished', 'cancelled'];

export class CompilationDto {
  @ApiProperty({ example: true })
  readonly accepted!: boolean;

  @ApiProperty({ example: '', description: 'Why it did not compile; empty when it did.' })
  readonly reason!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What the compiler said. Of what compiled it is shown to staff only.',
  })
  readonly log!: string | null;

  @ApiProperty({ example: 412.3 })
  readonly cpu_time_ms!: number;
}

/** The CLICS object with more. What is for staff only is absent for others. */
export class JudgementDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ format: 'uuid' })
  readonly submission_id!: string;

  @ApiProperty({
    type: String,
    enum: [...VERDICT_IDS, null],
    nullable: true,
    example: 'WA',
    description:
      'The verdict; null while there is none. JE is our fault and pending review, never held against the submitter.',
  })
  readonly judgement_type_id!: Verdict | null;

  @ApiProperty({ enum: STATES, example: 'finished' })
  readonly state!: JudgementState;

  @ApiProperty({ example: true, description: 'Is it the one that counts?' })
  readonly current!: boolean;

  @ApiProperty({ type: Number, nullable: true, example: 0.042, description: 'Seconds of CPU.' })
  readonly max_run_time!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 42.1 })
  readonly cpu_time_ms!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 1048576 })
  readonly memory_bytes!: number | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'first difference: line 1, token 1',
    description: 'Why, in words. null in the ICPC view.',
  })
  readonly reason!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'sample/1',
    description: 'The case that decided; to others than staff only when it is a sample.',
  })
  readonly test_case!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'How many are planned.' })
  readonly test_cases!: number | null;

  @ApiProperty({ type: CompilationDto, nullable: true })
  readonly compilation!: CompilationDto | null;

  @ApiProperty({ example: 1, description: 'The version of the problem it was judged against.' })
  readonly problem_version!: number;

  @ApiProperty({ format: 'date-time' })
  readonly queue_time!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly start_time!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly end_time!: string | null;

  @ApiPropertyOptional({ description: 'Staff only: how often judging began.' })
  readonly attempt?: number;

  @ApiPropertyOptional({ type: String, format: 'uuid', nullable: true, description: 'Staff only.' })
  readonly worker_id?: string | null;

  @ApiPropertyOptional({ type: String, format: 'uuid', nullable: true, description: 'Staff only.' })
  readonly rejudging_id?: string | null;

  @ApiPropertyOptional({
    type: String,
    enum: ['sandbox', 'problem', null],
    nullable: true,
    description: 'Staff only: of a JE, who has to act.',
  })
  readonly fault?: 'sandbox' | 'problem' | null;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'Staff only: versions and image digest of the toolchain.',
  })
  readonly toolchain?: object | null;
}

/** The job is nobody's business. */
type ShownRow = Omit<JudgementRow, 'job_id'>;

/** What an owner may see. */
type OwnerJudgement = Omit<
  JudgementDto,
  'attempt' | 'worker_id' | 'rejudging_id' | 'fault' | 'toolchain'
>;

export function toJudgementDto(row: ShownRow, { staff, view }: Audience): JudgementDto {
  const owners = toOwnerJudgementDto(row, view);
  if (!staff) return owners;
  return {
    ...owners,
    ...(view === 'icpc' ? {} : { reason: row.reason }),
    test_case: row.test_case,
    compilation: toCompilationDto(row.compilation, true),
    attempt: row.attempt,
    worker_id: row.worker_id,
    rejudging_id: row.rejudging_id,
    fault: row.fault,
    toolchain: row.toolchain as object | null,
  };
}

function toOwnerJudgementDto(row: ShownRow, view: Audience['view']): OwnerJudgement {
  const { verdict, cpu_time_ms: cpuTimeMs } = row;
  const shown = shownVerdict(verdict, view);
  const hidden = verdict !== null && shown === null;
  return {
    id: row.id,
    submission_id: row.submission_id,
    judgement_type_id: shown,
    state: row.state,
    current: row.current,
    max_run_time: cpuTimeMs === null ? null : Math.round(cpuTimeMs) / 1000,
    cpu_time_ms: cpuTimeMs,
    memory_bytes: row.memory_bytes,
    reason: reasonOf(row, view),
    test_case: row.test_case?.startsWith('sample/') === true ? row.test_case : null,
    test_cases: row.test_cases,
    compilation: toCompilationDto(row.compilation, false),
    problem_version: row.problem_version,
    queue_time: row.queued_at.toISOString(),
    start_time: row.started_at?.toISOString() ?? null,
    end_time: hidden ? null : (row.finished_at?.toISOString() ?? null),
  };
}

/** What went wrong on our side can name anything of the problem. */
function reasonOf({ verdict, reason }: ShownRow, view: Audience['view']): string | null {
  if (view === 'icpc') return null;
  return verdict === 'JE' ? PENDING_REVIEW : reason;
}

/** The log of what compiled can quote files of the package, and is of no use to who wrote the rest. */
function toCompilationDto(stored: unknown, staff: boolean): CompilationDto | null {
  const compilation = stored as Extract<JudgementEvent, { type: 'compiled' }> | null;
  if (compilation === null) return null;
  const { accepted, reason, log, cpuTimeMs } = compilation;
  return { accepted, reason, log: accepted && !staff ? null : log, cpu_time_ms: cpuTimeMs };
}
