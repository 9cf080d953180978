import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Query,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { Kysely } from 'kysely';
import { CurrentAccount, Scopes } from '../accounts/access.js';
import type { Principal } from '../accounts/principal.js';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';
import { JudgeError } from '../errors.js';
import { IdPipe } from '../http/id.js';
import { ApiProblemResponses } from '../http/openapi/api-problem-responses.js';
import { ApiPage, pageOf, PageQuery, readCursor, type Page } from '../http/page.js';
import { WebhookSender } from './webhook-sender.js';
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhooks,
  rotateSecret,
} from './webhook-store.js';
import {
  NewWebhookDto,
  RotatedSecretDto,
  toWebhookDto,
  toWebhookWithSecretDto,
  WebhookChangesDto,
  WebhookDto,
  WebhookTestDto,
  WebhookWithSecretDto,
} from './webhook.dto.js';
import { testWebhook } from './test-webhook.js';

/** An account's webhooks. Those of others do not exist for it. */
@ApiTags('webhooks')
@Controller('api/v1/webhooks')
export class WebhooksController {
  constructor(
    @Inject(DATABASE) private readonly db: Kysely<Database>,
    @Inject(WebhookSender) private readonly sender: WebhookSender,
  ) {}

  @Scopes('webhooks:write')
  @Get()
  @ApiOperation({ summary: "The account's webhooks, newest first" })
  @ApiPage(WebhookDto)
  async list(
    @CurrentAccount() { accountId }: Principal,
    @Query() { limit, cursor }: PageQuery,
  ): Promise<Page<WebhookDto>> {
    const before = readCursor(cursor);
    const rows = await listWebhooks(this.db, accountId, { before, limit: limit + 1 });
    return pageOf(rows, limit, ({ id }) => id).map(toWebhookDto);
  }

  @Scopes('webhooks:write')
  @Post()
  @ApiOperation({
    summary: 'Send events somewhere',
    description:
      'Messages are signed and have ids as Standard Webhooks 1.0 says. Each arrives at least once, those of one submission in order. What is not answered with 2xx is tried again, for a day.',
  })
  @ApiCreatedResponse({ type: WebhookWithSecretDto })
  @ApiProblemResponses('conflict', 'webhook-refused')
  async create(
    @CurrentAccount() principal: Principal,
    @Body() body: NewWebhookDto,
  ): Promise<WebhookWithSecretDto> {
    this.#check(principal, body);
    const webhook = await createWebhook(this.db, principal.accountId, {
      url: body.url,
      eventTypes: body.event_types,
      allSubmissions: body.all_submissions,
    });
    return toWebhookWithSecretDto(webhook);
  }

  @Scopes('webhooks:write')
  @Get(':id')
  @ApiOperation({ summary: 'One webhook' })
  @ApiOkResponse({ type: WebhookDto })
  async get(
    @CurrentAccount() { accountId }: Principal,
    @Param('id', IdPipe) id: string,
  ): Promise<WebhookDto> {
    return toWebhookDto(await getWebhook(this.db, accountId, id));
  }

  @Scopes('webhooks:write')
  @Patch(':id')
  @ApiOperation({ summary: 'Change a webhook, or switch it off or on' })
  @ApiOkResponse({ type: WebhookDto })
  @ApiProblemResponses('webhook-refused')
  async change(
    @CurrentAccount() principal: Principal,
    @Param('id', IdPipe) id: string,
    @Body() body: WebhookChangesDto,
  ): Promise<WebhookDto> {
    this.#check(principal, body);
    const webhook = await changeWebhook(this.db, principal.accountId, id, {
      ...(body.url === undefined ? {} : { url: body.url }),
      ...(body.event_types === undefined ? {} : { eventTypes: body.event_types }),
      ...(body.all_submissions === undefined ? {} : { allSubmissions: body.all_submissions }),
      ...(body.enabled === undefined ? {} : { enabled: body.enabled }),
    });
    return toWebhookDto(webhook);
  }

  @Scopes('webhooks:write')
  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a webhook: what waits for it is not sent' })
  @ApiNoContentResponse()
  async remove(
    @CurrentAccount() { accountId }: Principal,
    @Param('id', IdPipe) id: string,
  ): Promise<void> {
    await deleteWebhook(this.db, accountId, id);
  }

  @Scopes('webhooks:write')
  @Post(':id/rotate-secret')
  @HttpCode(200)
  @ApiOperation({ summary: 'Replace the secret: for a day messages are signed with both' })
  @ApiOkResponse({ type: RotatedSecretDto })
  async rotate(
    @CurrentAccount() { accountId }: Principal,
    @Param('id', IdPipe) id: string,
  ): Promise<RotatedSecretDto> {
    const { secret, previousUntil } = await rotateSecret(this.db, accountId, id);
    return { secret, previous_until: previousUntil.toISOString() };
  }

  @Scopes('webhooks:write')
  @Post(':id/test')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Send a message of the type webhook.test now, once',
    description: 'Also to a webhook that is not enabled. The answer says how it went.',
  })
  @ApiOkResponse({ type: WebhookTestDto })
  async test(
    @CurrentAccount() { accountId }: Principal,
    @Param('id', IdPipe) id: string,
  ): Promise<WebhookTestDto> {
    return await testWebhook(this.db, this.sender, await getWebhook(this.db, accountId, id));
  }

  /** @throws JudgeError */
  #check({ scopes }: Principal, body: NewWebhookDto | WebhookChangesDto): void {
    if (body.all_submissions === true && !scopes.has('submissions:read-all')) {
      throw new JudgeError('forbidden', 'all_submissions needs the scope submissions:read-all');
    }
    const refusal = body.url === undefined ? undefined : this.sender.refusal(body.url);
    if (refusal !== undefined) throw new JudgeError('webhook-refused', `url ${refusal}`);
  }
}
