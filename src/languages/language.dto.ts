import { ApiProperty } from '@nestjs/swagger';
import type { Language } from '../judging/language.js';
import type { LanguageStatus } from './language-status.js';

/** The CLICS object, and the other ids by which a language may be named. */
export class LanguageDto {
  @ApiProperty({ example: 'cpp20' })
  readonly id!: string;

  @ApiProperty({ example: 'C++20 (GCC)' })
  readonly name!: string;

  @ApiProperty({ description: 'Must an entry point be given? It is found by a rule when absent.' })
  readonly entry_point_required!: boolean;

  @ApiProperty({ example: ['cpp', 'cc'], type: [String] })
  readonly extensions!: readonly string[];

  @ApiProperty({ example: ['cpp'], type: [String] })
  readonly aliases!: readonly string[];
}

export function toLanguageDto(language: Language): LanguageDto {
  return {
    id: language.id,
    name: language.name,
    entry_point_required: false,
    extensions: language.extensions,
    aliases: language.aliases,
  };
}

/** As the service offers it. */
export class OfferedLanguageDto extends LanguageDto {
  @ApiProperty({
    enum: ['ready', 'preparing', 'disabled'],
    description:
      'preparing: no worker that takes jobs has its toolchain ready. disabled: what is submitted waits until somebody mends it.',
  })
  readonly status!: LanguageStatus;
}

export function toOfferedLanguageDto(
  language: Language,
  status: LanguageStatus,
): OfferedLanguageDto {
  return Object.assign(toLanguageDto(language), { status });
}
