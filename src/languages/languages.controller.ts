import { Controller, Get, Inject, NotFoundException, Param } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated } from '../accounts/access.js';
import type { Language } from '../judging/language.js';
import { LanguageDto, toLanguageDto } from './language.dto.js';

/** Injection token of the languages that start-up proved. */
export const LANGUAGES = Symbol('LANGUAGES');

@ApiTags('languages')
@Controller('api/v1/languages')
export class LanguagesController {
  readonly #languages: readonly Language[];

  constructor(@Inject(LANGUAGES) languages: readonly Language[]) {
    this.#languages = languages;
  }

  @Authenticated()
  @Get()
  @ApiOperation({ summary: 'The languages that may be submitted' })
  @ApiOkResponse({ type: [LanguageDto] })
  list(): readonly LanguageDto[] {
    return this.#languages.map(toLanguageDto);
  }

  @Authenticated()
  @Get(':id')
  @ApiOperation({ summary: 'One language, by its id' })
  @ApiOkResponse({ type: LanguageDto })
  @ApiNotFoundResponse()
  get(@Param('id') id: string): LanguageDto {
    const language = this.#languages.find((candidate) => candidate.id === id);
    if (language === undefined) throw new NotFoundException('no language has this id');
    return toLanguageDto(language);
  }
}
