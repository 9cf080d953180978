import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

/**
 * The shape of one entry of the `languages` section of `judge.config.yaml`: keys as they are written,
 * units in their names, defaults as initial values. It stops at `read-languages.ts`.
 */

const MAX_MIB = 1024 * 1024;
const MAX_CPU_FACTOR = 100;
const MAX_EXTRA_CPU_MS = 600_000;
const MAX_PROCESSES = 4096;
const MAX_SIGNAL = 64;
const MAX_EXIT_CODE = 255;

/** Starts with a letter; then also digits and the signs in names like `c++`. */
export const LANGUAGE_ID = /^[a-z][a-z0-9+#._-]{0,31}$/;
const EXTENSION = /^[A-Za-z0-9+_-]{1,16}$/;
const FILE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;
const TOOLCHAIN = /^[a-z0-9][a-z0-9-]{0,31}$/;

export class OutOfMemorySignEntry {
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_EXIT_CODE)
  exit_code?: number;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_SIGNAL)
  signal?: number;

  @IsOptional()
  @IsString()
  @IsNotEmpty()
  stderr?: string;
}

export class ProfileEntry {
  @IsInt()
  @Min(1)
  @Max(MAX_MIB)
  memory_mib!: number;

  @IsInt()
  @Min(0)
  @Max(MAX_MIB)
  memory_overhead_mib = 0;

  @IsNumber()
  @Min(0.01)
  @Max(MAX_CPU_FACTOR)
  cpu_factor = 1;

  @IsInt()
  @Min(0)
  @Max(MAX_EXTRA_CPU_MS)
  extra_cpu_ms = 0;

  @IsInt()
  @Min(1)
  @Max(MAX_PROCESSES)
  processes!: number;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_MIB)
  stack_mib?: number;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_MIB)
  address_space_mib?: number;

  @IsBoolean()
  executable_work = false;

  @IsInt()
  @Min(0)
  @Max(MAX_MIB)
  shared_memory_mib = 0;

  @IsOptional()
  @IsNumber()
  @Min(0.01)
  @Max(1)
  cpu_quota?: number;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => OutOfMemorySignEntry)
  out_of_memory_signs: OutOfMemorySignEntry[] = [];
}

export class LanguageEntry {
  @IsString()
  @IsNotEmpty()
  name!: string;

  @IsArray()
  @Matches(LANGUAGE_ID, { each: true, message: 'must hold lower-case names' })
  aliases: string[] = [];

  @IsString()
  @Matches(TOOLCHAIN, { message: 'must be the name of a directory of images/' })
  toolchain!: string;

  @IsArray()
  @ArrayNotEmpty()
  @Matches(EXTENSION, { each: true, message: 'must hold extensions without the dot' })
  extensions!: string[];

  @IsString()
  @Matches(FILE_NAME, { message: 'must be a plain file name' })
  source_file!: string;

  @IsArray()
  @ArrayNotEmpty()
  @IsString({ each: true })
  compile!: string[];

  @IsArray()
  @Matches(FILE_NAME, { each: true, message: 'must hold plain file names' })
  artifacts: string[] = [];

  @IsArray()
  @ArrayNotEmpty()
  @IsString({ each: true })
  run!: string[];

  @IsArray()
  @ArrayNotEmpty()
  @IsString({ each: true })
  version!: string[];

  @IsOptional()
  @IsString()
  @IsNotEmpty()
  probe?: string;

  @IsObject()
  environment: Record<string, string> = {};

  @IsObject()
  @ValidateNested()
  @Type(() => ProfileEntry)
  profile!: ProfileEntry;
}
