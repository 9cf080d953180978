import { Body, Controller, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../http/id.js';
import { ApiProblemResponses } from '../http/openapi/api-problem-responses.js';
import { ApiPage, PageQuery, type Page } from '../http/page.js';
import { CurrentAccount, Scopes } from './access.js';
import { AccountStore } from './account-store.js';
import { AccountChangeDto, AccountDto, NewAccountDto, toAccountDto } from './account.dto.js';
import type { Principal } from './principal.js';

@ApiTags('accounts')
@Controller('api/v1/accounts')
export class AccountsController {
  readonly #accounts: AccountStore;

  constructor(@Inject(AccountStore) accounts: AccountStore) {
    this.#accounts = accounts;
  }

  @Scopes('accounts:write')
  @Get()
  @ApiOperation({ summary: 'All accounts, newest first' })
  @ApiPage(AccountDto)
  async list(@Query() query: PageQuery): Promise<Page<AccountDto>> {
    return (await this.#accounts.list(query)).map(toAccountDto);
  }

  @Scopes('accounts:write')
  @Get(':id')
  @ApiOperation({ summary: 'One account' })
  @ApiOkResponse({ type: AccountDto })
  async get(@Param('id', IdPipe) id: string): Promise<AccountDto> {
    return toAccountDto(await this.#accounts.get(id));
  }

  @Scopes('accounts:write')
  @Post()
  @ApiOperation({ summary: 'Make an account' })
  @ApiCreatedResponse({ type: AccountDto })
  @ApiProblemResponses('conflict')
  async create(
    @CurrentAccount() principal: Principal,
    @Body() account: NewAccountDto,
  ): Promise<AccountDto> {
    return toAccountDto(await this.#accounts.create(principal, account));
  }

  @Scopes('accounts:write')
  @Patch(':id')
  @HttpCode(200)
  @ApiOperation({ summary: 'Disable an account with all its tokens, or enable it again' })
  @ApiOkResponse({ type: AccountDto })
  @ApiProblemResponses('conflict')
  async change(
    @CurrentAccount() principal: Principal,
    @Param('id', IdPipe) id: string,
    @Body() { disabled }: AccountChangeDto,
  ): Promise<AccountDto> {
    return toAccountDto(await this.#accounts.setDisabled(principal, id, disabled));
  }
}
