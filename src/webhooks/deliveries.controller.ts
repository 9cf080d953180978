import { Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Kysely } from 'kysely';
import { CurrentAccount, Scopes } from '../accounts/access.js';
import type { Principal } from '../accounts/principal.js';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';
import { JudgeError } from '../errors.js';
import { IdPipe } from '../http/id.js';
import { ApiProblemResponses } from '../http/openapi/api-problem-responses.js';
import { ApiPage, pageOf, readCursor, type Page } from '../http/page.js';
import { DeliveriesQuery, DeliveryDto, toDeliveryDto } from './delivery.dto.js';
import { listDeliveries, redeliver } from './delivery-store.js';
import { getWebhook } from './webhook-store.js';

const EVENT_NUMBER = /^[1-9]\d{0,14}$/;

/** What was sent to a webhook, and what was not. */
@ApiTags('webhooks')
@Controller('api/v1/webhooks/:id/deliveries')
export class DeliveriesController {
  constructor(@Inject(DATABASE) private readonly db: Kysely<Database>) {}

  @Scopes('webhooks:write')
  @Get()
  @ApiOperation({ summary: 'The deliveries of the last 30 days, of the newest event first' })
  @ApiPage(DeliveryDto)
  async list(
    @CurrentAccount() { accountId }: Principal,
    @Param('id', IdPipe) id: string,
    @Query() { state, limit, cursor }: DeliveriesQuery,
  ): Promise<Page<DeliveryDto>> {
    const key = readCursor(cursor, EVENT_NUMBER);
    const before = key === undefined ? undefined : Number(key);
    await getWebhook(this.db, accountId, id);
    const rows = await listDeliveries(this.db, id, { state, before, limit: limit + 1 });
    return pageOf(rows, limit, ({ event_id: event }) => String(event)).map(toDeliveryDto);
  }

  @Scopes('webhooks:write')
  @Post(':deliveryId/redeliver')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Deliver once more, under the same message id',
    description: 'Of what was delivered or is dead. What waits of the submission comes after it.',
  })
  @ApiAcceptedResponse({ type: DeliveryDto })
  @ApiProblemResponses('conflict')
  async redeliver(
    @CurrentAccount() { accountId }: Principal,
    @Param('id', IdPipe) id: string,
    @Param('deliveryId', IdPipe) deliveryId: string,
  ): Promise<DeliveryDto> {
    const webhook = await getWebhook(this.db, accountId, id);
    if (webhook.disabled_at !== null) throw new JudgeError('conflict', 'the webhook is disabled');
    return toDeliveryDto(await redeliver(this.db, id, deliveryId));
  }
}
