import { Controller, Get, Inject, NotFoundException, Param } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Kysely } from 'kysely';
import { Authenticated } from '../accounts/access.js';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';
import type { Language } from '../judging/language.js';
import { languageStatus } from './language-status.js';
import { OfferedLanguageDto, toOfferedLanguageDto } from './language.dto.js';

/** Injection token of the languages that start-up proved. */
export const LANGUAGES = Symbol('LANGUAGES');

@ApiTags('languages')
@Controller('api/v1/languages')
export class LanguagesController {
  readonly #languages: readonly Language[];
  readonly #db: Kysely<Database>;

  constructor(
    @Inject(LANGUAGES) languages: readonly Language[],
    @Inject(DATABASE) db: Kysely<Database>,
  ) {
    this.#languages = languages;
    this.#db = db;
  }

  @Authenticated()
  @Get()
  @ApiOperation({ summary: 'The languages that may be submitted' })
  @ApiOkResponse({ type: [OfferedLanguageDto] })
  async list(): Promise<readonly OfferedLanguageDto[]> {
    const statusOf = await languageStatus(this.#db);
    return this.#languages.map((language) => toOfferedLanguageDto(language, statusOf(language)));
  }

  @Authenticated()
  @Get(':id')
  @ApiOperation({ summary: 'One language, by its id' })
  @ApiOkResponse({ type: OfferedLanguageDto })
  @ApiNotFoundResponse()
  async get(@Param('id') id: string): Promise<OfferedLanguageDto> {
    const language = this.#languages.find((candidate) => candidate.id === id);
    if (language === undefined) throw new NotFoundException('no language has this id');
    return toOfferedLanguageDto(language, (await languageStatus(this.#db))(language));
  }
}
