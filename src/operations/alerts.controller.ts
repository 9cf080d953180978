import { Controller, Get, HttpCode, HttpStatus, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Kysely } from 'kysely';
import { CurrentAccount, Scopes } from '../accounts/access.js';
import type { Principal } from '../accounts/principal.js';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';
import { IdPipe } from '../http/id.js';
import { ApiPage, pageOf, readCursor, type Page } from '../http/page.js';
import { AlertDto, AlertsQuery, toAlertDto } from './alert.dto.js';
import { listAlerts, resolveAlert } from './alerts.js';

@ApiTags('operations')
@Controller('api/v1/alerts')
export class AlertsController {
  readonly #db: Kysely<Database>;

  constructor(@Inject(DATABASE) db: Kysely<Database>) {
    this.#db = db;
  }

  @Scopes('operations:read')
  @Get()
  @ApiOperation({ summary: 'What somebody has to look at, the newest first' })
  @ApiPage(AlertDto)
  async list(@Query() { limit, cursor, state }: AlertsQuery): Promise<Page<AlertDto>> {
    const page = { openOnly: state === 'open', before: readCursor(cursor), limit };
    return pageOf(await listAlerts(this.#db, page), limit, ({ id }) => id).map(toAlertDto);
  }

  @Scopes('operations:write')
  @Post(':id/resolve')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'Say that it is looked after. Doing so again changes nothing' })
  @ApiOkResponse({ type: AlertDto })
  async resolve(
    @Param('id', IdPipe) id: string,
    @CurrentAccount() { accountId }: Principal,
  ): Promise<AlertDto> {
    return toAlertDto(await resolveAlert(this.#db, id, accountId));
  }
}
