import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsString,
  MaxLength,
} from 'class-validator';
import { EVENT_TYPES, type EventType } from '../events/event-type.js';
import { Optional } from '../http/optional.js';
import { MAX_URL_CHARS } from './target-url.js';
import type { Webhook } from './webhook-store.js';

const URL_RULES = 'https, without a user or password; it must lead to a public address';
const ALL_SUBMISSIONS =
  "Events of everybody's submissions, not only the account's. Needs the scope submissions:read-all.";

export class NewWebhookDto {
  @ApiProperty({ example: 'https://contest.example.org/hooks/minos', description: URL_RULES })
  @IsString()
  @MaxLength(MAX_URL_CHARS)
  readonly url!: string;

  @ApiPropertyOptional({
    enum: EVENT_TYPES,
    isArray: true,
    type: 'string',
    default: [],
    description: 'What is sent; everything when it is empty.',
  })
  @Optional()
  @IsArray()
  @ArrayMaxSize(EVENT_TYPES.length)
  @ArrayUnique()
  @IsIn(EVENT_TYPES, { each: true })
  readonly event_types: readonly EventType[] = [];

  @ApiPropertyOptional({ default: false, description: ALL_SUBMISSIONS })
  @Optional()
  @IsBoolean()
  readonly all_submissions: boolean = false;
}

export class WebhookChangesDto {
  @ApiPropertyOptional({ example: 'https://contest.example.org/hooks/2', description: URL_RULES })
  @Optional()
  @IsString()
  @MaxLength(MAX_URL_CHARS)
  readonly url?: string;

  @ApiPropertyOptional({ enum: EVENT_TYPES, isArray: true, type: 'string' })
  @Optional()
  @IsArray()
  @ArrayMaxSize(EVENT_TYPES.length)
  @ArrayUnique()
  @IsIn(EVENT_TYPES, { each: true })
  readonly event_types?: readonly EventType[];

  @ApiPropertyOptional({ description: ALL_SUBMISSIONS })
  @Optional()
  @IsBoolean()
  readonly all_submissions?: boolean;

  @ApiPropertyOptional({
    description: 'false: nothing is sent, and what waits is dead. true: as if it had never failed.',
  })
  @Optional()
  @IsBoolean()
  readonly enabled?: boolean;
}

export class WebhookDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'https://contest.example.org/hooks/minos' })
  readonly url!: string;

  @ApiProperty({
    enum: EVENT_TYPES,
    isArray: true,
    type: 'string',
    description: 'Everything when it is empty.',
  })
  readonly event_types!: readonly string[];

  @ApiProperty({ description: ALL_SUBMISSIONS })
  readonly all_submissions!: boolean;

  @ApiProperty({ format: 'date-time', description: 'When it was made.' })
  readonly time!: string;

  @ApiProperty()
  readonly enabled!: boolean;

  @ApiProperty({
    anyOf: [{ type: 'string' }, { type: 'null' }],
    description: 'Why nothing is sent, when it is not enabled.',
    example: null,
  })
  readonly disabled_reason!: string | null;

  @ApiProperty({
    anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }],
    description: 'Since when nothing could be delivered; null while deliveries succeed.',
    example: null,
  })
  readonly failing_since!: string | null;
}

export class WebhookWithSecretDto extends WebhookDto {
  @ApiProperty({
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwq8Yk0oXo3nM=',
    description: 'Messages are signed with it (Standard Webhooks). It is shown this once.',
  })
  readonly secret!: string;
}

export class RotatedSecretDto {
  @ApiProperty({
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwq8Yk0oXo3nM=',
    description: 'It is shown this once.',
  })
  readonly secret!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'Until then messages are signed with the secret before, too.',
  })
  readonly previous_until!: string;
}

export class WebhookTestDto {
  @ApiProperty({ description: 'Did the target answer with 2xx?' })
  readonly delivered!: boolean;

  @ApiProperty({
    anyOf: [{ type: 'integer', minimum: 100, maximum: 999 }, { type: 'null' }],
    description: 'Of the answer, if there was one.',
    example: 204,
  })
  readonly status!: number | null;

  @ApiProperty({ anyOf: [{ type: 'string' }, { type: 'null' }], example: null })
  readonly error!: string | null;

  @ApiProperty({ type: 'integer', minimum: 0, example: 84 })
  readonly duration_ms!: number;
}

export function toWebhookDto(webhook: Webhook): WebhookDto {
  return {
    id: webhook.id,
    url: webhook.url,
    event_types: webhook.event_types,
    all_submissions: webhook.all_submissions,
    time: webhook.created_at.toISOString(),
    enabled: webhook.disabled_at === null,
    disabled_reason: webhook.disabled_reason,
    failing_since: webhook.failing_since?.toISOString() ?? null,
  };
}

/** Once, to whoever made it. */
export function toWebhookWithSecretDto(webhook: Webhook): WebhookWithSecretDto {
  return Object.assign(toWebhookDto(webhook), { secret: webhook.secret });
}
