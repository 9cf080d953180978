import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpStatus,
  Inject,
  Param,
  Post,
} from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Kysely } from 'kysely';
import { CurrentAccount, Scopes } from '../accounts/access.js';
import type { Principal } from '../accounts/principal.js';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';
import { JudgeError } from '../errors.js';
import { ApiProblemResponses } from '../http/openapi/api-problem-responses.js';
import { ApiPage, Page } from '../http/page.js';
import { LanguageRegistry } from '../languages/language-registry.js';
import type { Queue } from '../queue/queue.js';
import { QUEUE } from '../queue/queue.module.js';
import { DisabledPartDto, DisablePartDto, toDisabledPartDto } from './disabled-part.dto.js';
import { disablePart, enablePart, listDisabled } from './disabled-parts.js';
import { knownPart } from './known-part.js';

@ApiTags('operations')
@Controller('api/v1/disabled-parts')
export class DisabledPartsController {
  readonly #db: Kysely<Database>;
  readonly #queue: Queue;
  readonly #languages: LanguageRegistry;

  constructor(
    @Inject(DATABASE) db: Kysely<Database>,
    @Inject(QUEUE) queue: Queue,
    @Inject(LanguageRegistry) languages: LanguageRegistry,
  ) {
    this.#db = db;
    this.#queue = queue;
    this.#languages = languages;
  }

  @Scopes('operations:read')
  @Get()
  @ApiOperation({ summary: 'Languages and problems of which nothing is judged, on one page' })
  @ApiPage(DisabledPartDto)
  async list(): Promise<Page<DisabledPartDto>> {
    return new Page((await listDisabled(this.#db)).map(toDisabledPartDto), undefined);
  }

  @Scopes('operations:write')
  @Post()
  @ApiOperation({ summary: 'Judge nothing of a language or problem; what is submitted waits' })
  @ApiCreatedResponse({ type: DisabledPartDto })
  @ApiProblemResponses('unknown-language', 'unknown-problem')
  async disable(
    @Body() { kind, part: name, reason }: DisablePartDto,
    @CurrentAccount() { accountId }: Principal,
  ): Promise<DisabledPartDto> {
    const part = await knownPart(this.#db, this.#languages, { kind, part: name });
    return toDisabledPartDto(await disablePart(this.#db, part, reason, accountId));
  }

  @Scopes('operations:write')
  @Delete(':kind/:part')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({
    summary: 'Judge it again; what waits goes on at its old place',
    description: 'The alert of its being disabled is resolved.',
  })
  @ApiNoContentResponse({ description: 'It is enabled.' })
  async enable(
    @Param('kind') kind: string,
    @Param('part') part: string,
    @CurrentAccount() { accountId }: Principal,
  ): Promise<void> {
    const isKind = kind === 'language' || kind === 'problem';
    if (!isKind || !(await enablePart(this.#db, this.#queue, { kind, part }, accountId))) {
      throw new JudgeError('not-found', 'nothing of this name is disabled');
    }
  }
}
