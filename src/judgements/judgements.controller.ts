import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentAccount, Scopes } from '../accounts/access.js';
import type { Principal } from '../accounts/principal.js';
import { JudgeError } from '../errors.js';
import { IdPipe } from '../http/id.js';
import { ApiPage, pageOf, readCursor, type Page } from '../http/page.js';
import type { JudgementRow } from './judgement-row.js';
import { JudgementDto, toJudgementDto } from './judgement.dto.js';
import { JudgementsRepository } from './judgements.repository.js';
import { readerOf } from './reader.js';
import { RunDto, toRunDto } from './run.dto.js';
import { ViewedPageQuery, ViewQuery } from './view.query.js';

const ORDINAL = /^\d{1,9}$/;

@ApiTags('judgements')
@Controller('api/v1/judgements')
export class JudgementsController {
  readonly #judgements: JudgementsRepository;

  constructor(@Inject(JudgementsRepository) judgements: JudgementsRepository) {
    this.#judgements = judgements;
  }

  @Get(':id')
  @Scopes('submissions:read', 'submissions:read-all')
  @ApiOperation({ summary: 'One judging of a submission' })
  @ApiOkResponse({ type: JudgementDto })
  async get(
    @Param('id', IdPipe) id: string,
    @Query() { view }: ViewQuery,
    @CurrentAccount() principal: Principal,
  ): Promise<JudgementDto> {
    const row = await this.#find(id, principal);
    return toJudgementDto(row, { staff: readerOf(principal).staff, view });
  }

  @Get(':id/runs')
  @Scopes('submissions:read', 'submissions:read-all')
  @ApiOperation({ summary: 'Its runs, one for each test case, in the order of judging' })
  @ApiPage(RunDto)
  async runs(
    @Param('id', IdPipe) id: string,
    @Query() { view, limit, cursor }: ViewedPageQuery,
    @CurrentAccount() principal: Principal,
  ): Promise<Page<RunDto>> {
    await this.#find(id, principal);
    const after = Number(readCursor(cursor, ORDINAL) ?? 0);
    const rows = await this.#judgements.runs(id, { after, limit: limit + 1 });
    const { staff } = readerOf(principal);
    return pageOf(rows, limit, ({ ordinal }) => String(ordinal)).map((row) =>
      toRunDto(row, { staff, view }),
    );
  }

  async #find(id: string, principal: Principal): Promise<JudgementRow> {
    const row = await this.#judgements.find(id, readerOf(principal));
    if (row === undefined) throw new JudgeError('not-found', 'no judgement has this id');
    return row;
  }
}
