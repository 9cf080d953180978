import {
  Body,
  Controller,
  Get,
  HttpCode,
  HttpStatus,
  Inject,
  Param,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Kysely } from 'kysely';
import { CurrentAccount, Scopes } from '../accounts/access.js';
import type { Principal } from '../accounts/principal.js';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';
import { JudgeError } from '../errors.js';
import { IdPipe } from '../http/id.js';
import { ApiProblemResponses } from '../http/openapi/api-problem-responses.js';
import { ApiPage, PageQuery, pageOf, readCursor, type Page } from '../http/page.js';
import type { Queue } from '../queue/queue.js';
import { QUEUE } from '../queue/queue.module.js';
import { createRejudging } from './create-rejudging.js';
import { applyRejudging, cancelRejudging } from './end-rejudging.js';
import { findRejudging, listChanges, listRejudgings, transitions } from './rejudging-store.js';
import { ApplyRejudgingDto, ChangesQuery, NewRejudgingDto, toFilter } from './new-rejudging.dto.js';
import {
  ChangeDto,
  RejudgingDto,
  RejudgingWithPreviewDto,
  toChangeDto,
  toPreviewDto,
  toRejudgingDto,
} from './rejudging.dto.js';

@ApiTags('rejudgings')
@Controller('api/v1/rejudgings')
export class RejudgingsController {
  readonly #db: Kysely<Database>;
  readonly #queue: Queue;

  constructor(@Inject(DATABASE) db: Kysely<Database>, @Inject(QUEUE) queue: Queue) {
    this.#db = db;
    this.#queue = queue;
  }

  @Scopes('rejudgings:write')
  @Post()
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({
    summary: 'Judge a set of submissions again',
    description:
      'In the background, behind everything else, and seen by nobody until it is applied. Submissions that are being judged anyway are left out.',
  })
  @ApiAcceptedResponse({ type: RejudgingWithPreviewDto })
  @ApiProblemResponses('conflict', 'unknown-problem')
  async create(
    @Body() body: NewRejudgingDto,
    @CurrentAccount() { accountId }: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RejudgingWithPreviewDto> {
    const filter = toFilter(body.filter);
    if (filter === undefined) throw new JudgeError('bad-usage', 'filter must state something');
    if (body.own_versions && body.version !== undefined) {
      throw new JudgeError('bad-usage', 'give either version or own_versions');
    }
    const id = await createRejudging(this.#db, this.#queue, {
      reason: body.reason,
      filter,
      version: body.own_versions ? 'own' : body.version,
      incremental: body.incremental,
      accountId,
    });
    void reply.header('location', `/api/v1/rejudgings/${id}`);
    return await this.get(id);
  }

  @Scopes('rejudgings:write')
  @Get()
  @ApiOperation({ summary: 'All rejudgings, those that are over too' })
  @ApiPage(RejudgingDto)
  async list(@Query() { limit, cursor }: PageQuery): Promise<Page<RejudgingDto>> {
    const rows = await listRejudgings(this.#db, { before: readCursor(cursor), limit });
    return pageOf(rows, limit, ({ id }) => id).map(toRejudgingDto);
  }

  @Scopes('rejudgings:write')
  @Get(':id')
  @ApiOperation({ summary: 'How far it is, and what it would change or has changed' })
  @ApiOkResponse({ type: RejudgingWithPreviewDto })
  async get(@Param('id', IdPipe) id: string): Promise<RejudgingWithPreviewDto> {
    const rejudging = await findRejudging(this.#db, id);
    const preview = toPreviewDto(await transitions(this.#db, id));
    return Object.assign(toRejudgingDto(rejudging), { preview });
  }

  @Scopes('rejudgings:write')
  @Get(':id/changes')
  @ApiOperation({ summary: 'The submissions whose verdict changes' })
  @ApiPage(ChangeDto)
  async changes(
    @Param('id', IdPipe) id: string,
    @Query() { limit, cursor, effect }: ChangesQuery,
  ): Promise<Page<ChangeDto>> {
    await findRejudging(this.#db, id);
    const page = { effect, before: readCursor(cursor), limit };
    const rows = await listChanges(this.#db, id, page);
    return pageOf(rows, limit, ({ submissionId }) => submissionId).map(toChangeDto);
  }

  @Scopes('rejudgings:write')
  @Post(':id/apply')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'Make the new judgements the ones that count' })
  @ApiOkResponse({ type: RejudgingWithPreviewDto })
  @ApiProblemResponses('conflict')
  async apply(
    @Param('id', IdPipe) id: string,
    @Body() { keep_old_on_error: keepOldOnError }: ApplyRejudgingDto,
    @CurrentAccount() { accountId }: Principal,
  ): Promise<RejudgingWithPreviewDto> {
    await applyRejudging(this.#db, { id, accountId, keepOldOnError });
    return await this.get(id);
  }

  @Scopes('rejudgings:write')
  @Post(':id/cancel')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'Stop it, and leave everything as it was' })
  @ApiOkResponse({ type: RejudgingWithPreviewDto })
  @ApiProblemResponses('conflict')
  async cancel(
    @Param('id', IdPipe) id: string,
    @CurrentAccount() { accountId }: Principal,
  ): Promise<RejudgingWithPreviewDto> {
    await cancelRejudging(this.#db, this.#queue, { id, accountId });
    return await this.get(id);
  }
}
