import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Attempt, Run } from '../judging/run.js';
import { VERDICTS, type Verdict } from '../judging/verdict.js';
import type { Audience } from './audience.js';
import { ownerRun } from './owner-run.js';
import { shownVerdict } from './verdict-view.js';

/** A run as it is stored. */
export interface RunRow {
  readonly judgement_id: string;
  readonly ordinal: number;
  readonly run: unknown;
  readonly taken_over: boolean;
  readonly finished_at: Date;
}

export class AttemptDto {
  @ApiProperty({ enum: Object.keys(VERDICTS) })
  readonly judgement_type_id!: Verdict;

  @ApiProperty()
  readonly cpu_time_ms!: number;

  @ApiProperty()
  readonly wall_time_ms!: number;
}

export class SampleExcerptDto {
  @ApiProperty({ description: 'What was expected: its beginning.' })
  readonly answer!: string;

  @ApiProperty({ description: 'What came: its beginning.' })
  readonly team_output!: string;

  @ApiProperty()
  readonly stderr!: string;
}

/** The CLICS object with more. What is for staff only is absent for others. */
export class RunDto {
  @ApiProperty({ description: 'Id of the judgement, a dash, and the ordinal.' })
  readonly id!: string;

  @ApiProperty({ format: 'uuid' })
  readonly judgement_id!: string;

  @ApiProperty({ example: 1, description: 'Place in the order of judging, from 1.' })
  readonly ordinal!: number;

  @ApiProperty({
    type: String,
    enum: [...Object.keys(VERDICTS), null],
    nullable: true,
    example: 'AC',
  })
  readonly judgement_type_id!: Verdict | null;

  @ApiProperty({ example: 0.031, description: 'Seconds of CPU.' })
  readonly run_time!: number;

  @ApiProperty({ format: 'date-time' })
  readonly time!: string;

  @ApiProperty({ enum: ['sample', 'secret'] })
  readonly visibility!: 'sample' | 'secret';

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'sample/1',
    description: 'To others than staff only of samples.',
  })
  readonly test_case!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why; null in the ICPC view.' })
  readonly reason!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'validator',
    description: 'Which rule decided; null in the ICPC view.',
  })
  readonly rule!: string | null;

  @ApiProperty({ example: 31.4 })
  readonly cpu_time_ms!: number;

  @ApiProperty({ example: 45.9 })
  readonly wall_time_ms!: number;

  @ApiProperty({ type: 'integer', example: 1048576 })
  readonly memory_bytes!: number;

  @ApiProperty({ type: 'integer', nullable: true, description: 'null: it did not exit.' })
  readonly exit_code!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'null: none ended it.' })
  readonly signal!: number | null;

  @ApiProperty({
    type: [AttemptDto],
    description: 'All of a borderline run; else, and in the ICPC view, empty.',
  })
  readonly attempts!: readonly AttemptDto[];

  @ApiProperty({ type: String, nullable: true, description: 'What the validator says to you.' })
  readonly team_message!: string | null;

  @ApiProperty({ type: SampleExcerptDto, nullable: true, description: 'Of a failed sample.' })
  readonly sample!: SampleExcerptDto | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Staff only: what the validator says to judges.',
  })
  readonly judge_message?: string | null;

  @ApiPropertyOptional({ description: 'Staff only: taken over from an earlier judgement.' })
  readonly taken_over?: boolean;
}

/** What an owner may see. */
type OwnerRunDto = Omit<RunDto, 'judge_message' | 'taken_over'>;

export function toRunDto(row: RunRow, { staff, view }: Audience): RunDto {
  const run = row.run as Run;
  const owners = toOwnerRunDto(row, run, view);
  if (!staff) return owners;
  return {
    ...owners,
    ...(view === 'icpc' ? {} : { reason: run.reason }),
    test_case: run.testCase,
    team_message: run.feedback?.teamMessage ?? null,
    judge_message: run.feedback?.judgeMessage ?? null,
    taken_over: row.taken_over,
  };
}

function toOwnerRunDto(row: RunRow, stored: Run, view: Audience['view']): OwnerRunDto {
  const run = ownerRun(stored);
  const { end, sample } = run;
  return {
    id: `${row.judgement_id}-${row.ordinal}`,
    judgement_id: row.judgement_id,
    ordinal: row.ordinal,
    judgement_type_id: shownVerdict(run.verdict, view),
    run_time: Math.round(run.cpuTimeMs) / 1000,
    time: row.finished_at.toISOString(),
    visibility: run.visibility,
    test_case: run.testCase ?? null,
    reason: view === 'icpc' ? null : run.reason,
    rule: view === 'icpc' ? null : run.rule,
    cpu_time_ms: run.cpuTimeMs,
    wall_time_ms: run.wallTimeMs,
    memory_bytes: run.memoryBytes,
    exit_code: end?.kind === 'exited' ? end.exitCode : null,
    signal: end?.kind === 'signalled' ? end.signal : null,
    attempts: view === 'icpc' ? [] : (run.attempts ?? []).map(toAttemptDto),
    team_message: run.teamMessage ?? null,
    sample:
      sample === undefined
        ? null
        : { answer: sample.answer, team_output: sample.teamOutput, stderr: sample.stderr },
  };
}

function toAttemptDto({ verdict, cpuTimeMs, wallTimeMs }: Attempt): AttemptDto {
  return { judgement_type_id: verdict, cpu_time_ms: cpuTimeMs, wall_time_ms: wallTimeMs };
}
