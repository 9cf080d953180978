import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayUnique, IsArray, IsIn, IsString, IsUUID, Length } from 'class-validator';
import { Instant } from '../http/instant.js';
import { Optional } from '../http/optional.js';
import { PageQuery } from '../http/page.js';
import { AccountDto, toAccountDto } from './account.dto.js';
import type { Account } from './account-store.js';
import { ALL_SCOPES, type Scope } from './principal.js';
import type { ApiToken, FreshToken } from './token-store.js';

const EXAMPLE_ID = '01935e2a-7c4b-7d3e-8a1f-4b6c9d0e2f31';
const EXAMPLE_SCOPES: readonly Scope[] = ['submissions:read', 'submissions:write'];
const EXAMPLE_TOKEN = `mns_${'0'.repeat(43)}`;

export class TokenDto {
  @ApiProperty({ format: 'uuid', example: EXAMPLE_ID })
  readonly id!: string;

  @ApiProperty({ format: 'uuid', example: EXAMPLE_ID })
  readonly account_id!: string;

  @ApiProperty({ example: 'autumn contest' })
  readonly name!: string;

  @ApiProperty({ type: [String], example: EXAMPLE_SCOPES })
  readonly scopes!: readonly string[];

  @ApiProperty({ format: 'date-time' })
  readonly created_at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  readonly expires_at!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'To the minute.',
  })
  readonly last_used_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  readonly revoked_at!: string | null;
}

export class FreshTokenDto extends TokenDto {
  @ApiProperty({ description: 'Shown this once, and kept nowhere.', example: EXAMPLE_TOKEN })
  readonly token!: string;
}

export class NewTokenDto {
  @ApiProperty({ minLength: 1, maxLength: 100, example: 'autumn contest' })
  @IsString()
  @Length(1, 100)
  readonly name!: string;

  @ApiProperty({ enum: ALL_SCOPES, isArray: true, uniqueItems: true, example: EXAMPLE_SCOPES })
  @IsArray()
  @ArrayUnique()
  @IsIn(ALL_SCOPES, { each: true })
  readonly scopes!: readonly Scope[];

  @ApiPropertyOptional({ format: 'date-time', description: 'Never, unless given.' })
  @Optional()
  @Instant()
  readonly expires_at?: string;

  @ApiPropertyOptional({
    format: 'uuid',
    description:
      "The account of the token that is used, unless given; another's needs accounts:write.",
  })
  @Optional()
  @IsUUID()
  readonly account_id?: string;
}

export class TokensQuery extends PageQuery {
  @ApiPropertyOptional({
    format: 'uuid',
    description:
      "The account of the token that is used, unless given; another's needs accounts:write.",
  })
  @Optional()
  @IsUUID()
  readonly account_id?: string;
}

export class SignInDto {
  @ApiProperty({
    maxLength: 200,
    description: 'The one-time secret that `minos start` or `minos admin-secret` gave.',
    example: `mns_once_${'0'.repeat(43)}`,
  })
  @IsString()
  @Length(1, 200)
  readonly secret!: string;
}

export class SignedInDto {
  @ApiProperty({ description: 'Shown this once, and kept nowhere.', example: EXAMPLE_TOKEN })
  readonly token!: string;

  @ApiProperty({ type: AccountDto })
  readonly account!: AccountDto;
}

export function toTokenDto(token: ApiToken): TokenDto {
  return {
    id: token.id,
    account_id: token.account_id,
    name: token.name,
    scopes: token.scopes,
    created_at: token.created_at.toISOString(),
    expires_at: token.expires_at?.toISOString() ?? null,
    last_used_at: token.last_used_at?.toISOString() ?? null,
    revoked_at: token.revoked_at?.toISOString() ?? null,
  };
}

export function toFreshTokenDto(fresh: FreshToken): FreshTokenDto {
  return Object.assign(toTokenDto(fresh), { token: fresh.token });
}

export function toSignedInDto({
  token,
  account,
}: {
  token: FreshToken;
  account: Account;
}): SignedInDto {
  return { token: token.token, account: toAccountDto(account) };
}
