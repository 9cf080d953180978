import { Body, Controller, Get, Inject, Param, Patch } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Kysely } from 'kysely';
import { CurrentAccount, Scopes } from '../accounts/access.js';
import type { Principal } from '../accounts/principal.js';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';
import { IdPipe } from '../http/id.js';
import { ApiProblemResponses } from '../http/openapi/api-problem-responses.js';
import { ApiPage, Page } from '../http/page.js';
import { changeWorker, findWorker, listWorkers } from './worker-store.js';
import { ChangeWorkerDto, toWorkerDto, WorkerDto } from './worker.dto.js';

@ApiTags('operations')
@Controller('api/v1/workers')
export class WorkersController {
  readonly #db: Kysely<Database>;

  constructor(@Inject(DATABASE) db: Kysely<Database>) {
    this.#db = db;
  }

  @Scopes('operations:read')
  @Get()
  @ApiOperation({ summary: 'The workers of the last day, all on one page' })
  @ApiPage(WorkerDto)
  async list(): Promise<Page<WorkerDto>> {
    return new Page((await listWorkers(this.#db)).map(toWorkerDto), undefined);
  }

  @Scopes('operations:read')
  @Get(':id')
  @ApiOperation({ summary: 'One worker' })
  @ApiOkResponse({ type: WorkerDto })
  async get(@Param('id', IdPipe) id: string): Promise<WorkerDto> {
    return toWorkerDto(await findWorker(this.#db, id));
  }

  @Scopes('operations:write')
  @Patch(':id')
  @ApiOperation({ summary: 'Pause it, drain it, or let it go on' })
  @ApiOkResponse({ type: WorkerDto })
  @ApiProblemResponses('conflict')
  async change(
    @Param('id', IdPipe) id: string,
    @Body() { state, reason }: ChangeWorkerDto,
    @CurrentAccount() { accountId }: Principal,
  ): Promise<WorkerDto> {
    await changeWorker(this.#db, { id, state, reason: reason ?? null, accountId });
    return await this.get(id);
  }
}
