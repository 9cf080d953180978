import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { STATEMENT_FORMATS, type StatementFormat } from './statement.js';
import type { ShownProblem } from './problem-store.js';

export class StatementRefDto {
  @ApiProperty({ example: 'en', description: 'Language code.' })
  readonly language!: string;

  @ApiProperty({ enum: STATEMENT_FORMATS, enumName: 'StatementFormat' })
  readonly format!: StatementFormat;

  @ApiProperty({ type: 'integer', minimum: 0 })
  readonly size_bytes!: number;
}

/** The CLICS object, and what it says nothing about. */
export class ProblemDto {
  @ApiProperty({ example: 'hello', description: 'Short name; `problem_id` elsewhere.' })
  readonly id!: string;

  @ApiProperty({ example: 'Hello World!' })
  readonly name!: string;

  @ApiProperty({ type: 'integer', minimum: 1, example: 1 })
  readonly version!: number;

  @ApiProperty({ description: 'Is this version what submissions are judged against?' })
  readonly published!: boolean;

  @ApiProperty({ description: 'Hidden from solvers; takes no submissions.' })
  readonly archived!: boolean;

  @ApiProperty({
    type: 'number',
    nullable: true,
    minimum: 0,
    example: 1000,
    description: 'Of CPU, before any allowance of the language. null: not known yet.',
  })
  readonly time_limit_ms!: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    minimum: 0,
    example: 268435456,
    description: "null: the language's default.",
  })
  readonly memory_limit_bytes!: number | null;

  @ApiProperty({ type: 'integer', minimum: 0 })
  readonly output_limit_bytes!: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'All source files together.' })
  readonly code_limit_bytes!: number;

  @ApiProperty({
    type: 'array',
    nullable: true,
    items: { type: 'string' },
    example: ['cpp20', 'python3'],
    description: 'Languages that may be submitted; null: all.',
  })
  readonly languages!: readonly string[] | null;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'How many test cases it has.' })
  readonly test_data_count!: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'How many of them are samples.' })
  readonly sample_count!: number;

  @ApiProperty({ type: [StatementRefDto] })
  readonly statements!: readonly StatementRefDto[];
}

/** Nothing of a secret case, and no name of a file, is in it. */
export function toProblemDto(problem: ShownProblem): ProblemDto {
  const { limits, languages, testCases, statements, samples } = problem.summary;
  return {
    id: problem.name,
    name: problem.title,
    version: problem.number,
    published: problem.published,
    archived: problem.archived,
    time_limit_ms: problem.cpuTimeLimitMs,
    memory_limit_bytes: limits.memoryBytes,
    output_limit_bytes: limits.outputBytes,
    code_limit_bytes: limits.codeBytes,
    languages,
    test_data_count: testCases,
    sample_count: samples.length,
    statements: statements.map(({ language, format, sizeBytes }) => ({
      language,
      format,
      size_bytes: sizeBytes,
    })),
  };
}

export class SampleDto {
  @ApiProperty({ type: 'integer', minimum: 1 })
  readonly ordinal!: number;

  @ApiProperty({ example: 'sample/1' })
  readonly name!: string;

  @ApiProperty({ example: '1 2\n', description: 'The beginning, at most 64 KiB.' })
  readonly input!: string;

  @ApiProperty({ type: 'integer', minimum: 0 })
  readonly input_bytes!: number;

  @ApiProperty({ example: '3\n', description: 'The beginning, at most 64 KiB.' })
  readonly answer!: string;

  @ApiProperty({ type: 'integer', minimum: 0 })
  readonly answer_bytes!: number;

  @ApiProperty({ description: 'Something was cut, or is no UTF-8: get the files themselves.' })
  readonly truncated!: boolean;
}

export class SamplesDto {
  @ApiProperty({ type: [SampleDto] })
  readonly data!: readonly SampleDto[];
}

export class ChangeProblemDto {
  @ApiProperty({ description: 'Hide it from solvers, and take no submissions.' })
  @IsBoolean()
  readonly archived!: boolean;
}
