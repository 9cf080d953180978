import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsString, Matches } from 'class-validator';
import { Optional } from '../http/optional.js';
import type { Account } from './account-store.js';
import { ALL_SCOPES, type Principal, type Scope } from './principal.js';

const EXAMPLE_ID = '01935e2a-7c4b-7d3e-8a1f-4b6c9d0e2f31';
const NAME = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}$/;

export class AccountDto {
  @ApiProperty({ format: 'uuid', example: EXAMPLE_ID })
  readonly id!: string;

  @ApiProperty({ example: 'contest-platform' })
  readonly name!: string;

  @ApiProperty({ description: 'Administrators may hold every scope.', example: false })
  readonly admin!: boolean;

  @ApiProperty({ format: 'date-time' })
  readonly created_at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  readonly disabled_at!: string | null;
}

export class NewAccountDto {
  @ApiProperty({ pattern: NAME.source, example: 'contest-platform' })
  @IsString()
  @Matches(NAME, { message: 'name must be of letters, digits and . _ @ + -, at most 100' })
  readonly name!: string;

  @ApiPropertyOptional({ default: false })
  @Optional()
  @IsBoolean()
  readonly admin: boolean = false;
}

export class AccountChangeDto {
  @ApiProperty({ description: 'Disabled: none of its tokens works.', example: true })
  @IsBoolean()
  readonly disabled!: boolean;
}

/** Who a token is, and what it may do. */
export class MeDto {
  @ApiProperty({ format: 'uuid', example: EXAMPLE_ID })
  readonly account_id!: string;

  @ApiProperty({ example: 'contest-platform' })
  readonly account_name!: string;

  @ApiProperty({ example: false })
  readonly admin!: boolean;

  @ApiProperty({ format: 'uuid', example: EXAMPLE_ID })
  readonly token_id!: string;

  @ApiProperty({ enum: ALL_SCOPES, isArray: true, example: ['submissions:read'] })
  readonly scopes!: readonly Scope[];
}

export function toAccountDto(account: Account): AccountDto {
  return {
    id: account.id,
    name: account.name,
    admin: account.admin,
    created_at: account.created_at.toISOString(),
    disabled_at: account.disabled_at?.toISOString() ?? null,
  };
}

export function toMeDto(principal: Principal): MeDto {
  return {
    account_id: principal.accountId,
    account_name: principal.accountName,
    admin: principal.admin,
    token_id: principal.tokenId,
    scopes: [...principal.scopes],
  };
}
