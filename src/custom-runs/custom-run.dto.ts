import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBase64, IsInt, IsString, Max, Min } from 'class-validator';
import { FormNumber } from '../http/form-number.js';
import { Optional } from '../http/optional.js';
import type { JudgementState } from '../database/schema.js';
import { PENDING_REVIEW } from '../judgements/owner-run.js';
import type { QueuePosition } from '../submissions/queue-estimate.js';
import { textOf } from '../submissions/source-file.dto.js';
import { QueuePositionDto, toQueuePositionDto } from '../submissions/submission.dto.js';
import { ProgramDto } from '../submissions/submit.dto.js';
import { CUSTOM_RUN_CAPS } from './custom-run-limits.js';
import type { CapturedOutput, CustomRunOutcome } from './custom-run-outcome.js';
import type { CustomRunRow } from './custom-runs.repository.js';

const { cpuTimeMs: CPU, memoryBytes: MEMORY, stdinBytes: STDIN } = CUSTOM_RUN_CAPS;
const STATES: readonly JudgementState[] = ['queued', 'judging', 'finished', 'cancelled'];
const KINDS: readonly CustomRunOutcome['kind'][] = ['compile-failed', 'executed', 'failed'];

export class NewCustomRunDto extends ProgramDto {
  @ApiPropertyOptional({ example: '1 2\n', description: `The input, at most ${STDIN} bytes.` })
  @Optional()
  @IsString()
  readonly stdin?: string;

  @ApiPropertyOptional({ description: 'Instead of `stdin`: its bytes, in base64.' })
  @Optional()
  @IsBase64()
  readonly stdin_base64?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: CPU.least,
    maximum: CPU.most,
    default: CPU.usual,
  })
  @Optional()
  @FormNumber()
  @IsInt()
  @Min(CPU.least)
  @Max(CPU.most)
  readonly cpu_time_limit_ms?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: MEMORY.least,
    maximum: MEMORY.most,
    description: "The language's default when absent.",
  })
  @Optional()
  @FormNumber()
  @IsInt()
  @Min(MEMORY.least)
  @Max(MEMORY.most)
  readonly memory_limit_bytes?: number;
}

export class CapturedOutputDto {
  @ApiProperty({
    type: String,
    nullable: true,
    example: '3\n',
    description: 'Its beginning, as text; null when it is not UTF-8.',
  })
  readonly text!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'When it is not UTF-8: the bytes.' })
  readonly base64!: string | null;

  @ApiProperty({ type: 'integer', example: 2, description: 'All that was written.' })
  readonly size_bytes!: number;

  @ApiProperty({ description: 'Was there more than is shown?' })
  readonly truncated!: boolean;
}

export class CustomRunOutcomeDto {
  @ApiProperty({ enum: KINDS, example: 'executed' })
  readonly kind!: CustomRunOutcome['kind'];

  @ApiProperty({ example: '', description: 'What went wrong, in words; else empty.' })
  readonly reason!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What a judgement would have held against it; null: it ended well.',
  })
  readonly rule!: string | null;

  @ApiProperty({ type: String, nullable: true })
  readonly compile_log!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 0 })
  readonly exit_code!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, example: null })
  readonly signal!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 31.4 })
  readonly cpu_time_ms!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 45.9 })
  readonly wall_time_ms!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 1048576 })
  readonly memory_bytes!: number | null;

  @ApiProperty({ type: CapturedOutputDto, nullable: true })
  readonly stdout!: CapturedOutputDto | null;

  @ApiProperty({ type: CapturedOutputDto, nullable: true })
  readonly stderr!: CapturedOutputDto | null;
}

/** A program run on one's own input: what it did, and no verdict. */
export class CustomRunDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ format: 'uuid' })
  readonly account_id!: string;

  @ApiProperty({ example: 'alice' })
  readonly submitter!: string;

  @ApiProperty({ example: 'python3' })
  readonly language_id!: string;

  @ApiProperty({ type: String, nullable: true, example: null })
  readonly entry_point!: string | null;

  @ApiProperty({ type: 'integer', example: 2000 })
  readonly cpu_time_limit_ms!: number;

  @ApiProperty({ type: 'integer', nullable: true, example: null })
  readonly memory_limit_bytes!: number | null;

  @ApiProperty({ enum: STATES, example: 'finished' })
  readonly state!: JudgementState;

  @ApiProperty({ format: 'date-time' })
  readonly time!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly start_time!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly end_time!: string | null;

  @ApiProperty({ type: CustomRunOutcomeDto, nullable: true })
  readonly outcome!: CustomRunOutcomeDto | null;

  @ApiProperty({ type: QueuePositionDto, nullable: true, description: 'While it waits.' })
  readonly queue!: QueuePositionDto | null;
}

export function toCustomRunDto(
  row: CustomRunRow,
  { staff, position }: { readonly staff: boolean; readonly position: QueuePosition | null },
): CustomRunDto {
  return {
    id: row.id,
    account_id: row.account_id,
    submitter: row.submitter,
    language_id: row.language_id,
    entry_point: row.entry_point,
    cpu_time_limit_ms: row.cpu_time_limit_ms,
    memory_limit_bytes: row.memory_limit_bytes,
    state: row.state,
    time: row.created_at.toISOString(),
    start_time: row.started_at?.toISOString() ?? null,
    end_time: row.finished_at?.toISOString() ?? null,
    outcome: row.outcome === null ? null : toOutcomeDto(row.outcome as CustomRunOutcome, staff),
    queue: toQueuePositionDto(position),
  };
}

const NOTHING = {
  reason: '',
  rule: null,
  compile_log: null,
  exit_code: null,
  signal: null,
  cpu_time_ms: null,
  wall_time_ms: null,
  memory_bytes: null,
  stdout: null,
  stderr: null,
};

export function toOutcomeDto(outcome: CustomRunOutcome, staff: boolean): CustomRunOutcomeDto {
  const { kind } = outcome;
  switch (kind) {
    case 'failed':
      return { ...NOTHING, kind, reason: staff ? outcome.message : PENDING_REVIEW };
    case 'compile-failed':
      return { ...NOTHING, kind, reason: outcome.reason, compile_log: outcome.log };
    case 'executed': {
      const { end } = outcome;
      return {
        kind,
        reason: outcome.reason,
        rule: outcome.rule,
        compile_log: outcome.compileLog,
        exit_code: end.kind === 'exited' ? end.exitCode : null,
        signal: end.kind === 'signalled' ? end.signal : null,
        cpu_time_ms: outcome.cpuTimeMs,
        wall_time_ms: outcome.wallTimeMs,
        memory_bytes: outcome.memoryBytes,
        stdout: toCapturedOutputDto(outcome.stdout),
        stderr: toCapturedOutputDto(outcome.stderr),
      };
    }
  }
}

function toCapturedOutputDto({ base64, bytes, truncated }: CapturedOutput): CapturedOutputDto {
  const kept = Buffer.from(base64, 'base64');
  const text = textOf(truncated ? wholeCharacters(kept) : kept);
  return { text, base64: text === null ? base64 : null, size_bytes: bytes, truncated };
}

/** Without the beginning of a character that the cut went through. */
function wholeCharacters(bytes: Buffer): Buffer {
  for (let length = bytes.length; length > Math.max(0, bytes.length - 4); length -= 1) {
    const byte = bytes[length - 1] ?? 0;
    if (byte < 0x80) return bytes.subarray(0, length);
    if (byte >= 0xc0) {
      const wanted = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      const whole = bytes.length - length + 1 >= wanted;
      return whole ? bytes : bytes.subarray(0, length - 1);
    }
  }
  return bytes;
}
