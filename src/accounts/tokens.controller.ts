import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
} from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../http/id.js';
import { ApiProblemResponses } from '../http/openapi/api-problem-responses.js';
import { ApiPage, type Page } from '../http/page.js';
import { Authenticated, CurrentAccount } from './access.js';
import type { Principal } from './principal.js';
import { TokenStore } from './token-store.js';
import {
  FreshTokenDto,
  NewTokenDto,
  toFreshTokenDto,
  TokenDto,
  TokensQuery,
  toTokenDto,
} from './token.dto.js';

@ApiTags('accounts')
@Controller('api/v1/tokens')
export class TokensController {
  readonly #tokens: TokenStore;

  constructor(@Inject(TokenStore) tokens: TokenStore) {
    this.#tokens = tokens;
  }

  @Authenticated()
  @Get()
  @ApiOperation({ summary: 'The tokens of an account, newest first, without their secrets' })
  @ApiPage(TokenDto)
  @ApiProblemResponses('forbidden', 'not-found')
  async list(
    @CurrentAccount() principal: Principal,
    @Query() query: TokensQuery,
  ): Promise<Page<TokenDto>> {
    return (await this.#tokens.list(principal, query.account_id, query)).map(toTokenDto);
  }

  @Authenticated()
  @Post()
  @ApiOperation({ summary: 'Make a token that may do at most what the one that is used may' })
  @ApiCreatedResponse({ type: FreshTokenDto })
  @ApiProblemResponses('forbidden', 'not-found')
  async create(
    @CurrentAccount() principal: Principal,
    @Body() { name, scopes, expires_at, account_id }: NewTokenDto,
  ): Promise<FreshTokenDto> {
    const expiresAt = expires_at === undefined ? undefined : new Date(expires_at);
    const wish = { accountId: account_id, name, scopes, expiresAt };
    return toFreshTokenDto(await this.#tokens.create(principal, wish));
  }

  @Authenticated()
  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Revoke a token' })
  @ApiNoContentResponse({ description: 'It does not work any more.' })
  @ApiProblemResponses('forbidden')
  async revoke(
    @CurrentAccount() principal: Principal,
    @Param('id', IdPipe) id: string,
  ): Promise<void> {
    await this.#tokens.revoke(principal, id);
  }
}
