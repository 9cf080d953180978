import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { Optional } from '../http/optional.js';
import { PageQuery } from '../http/page.js';
import type { DeliveryState } from '../database/schema.js';
import { messageId } from './delivery.js';
import type { ListedDelivery } from './delivery-store.js';

const STATES = ['pending', 'delivered', 'dead'] as const satisfies readonly DeliveryState[];

export class DeliveriesQuery extends PageQuery {
  @ApiPropertyOptional({ enum: STATES, type: 'string' })
  @Optional()
  @IsIn(STATES)
  readonly state?: DeliveryState;
}

const NULLABLE_TIME = { anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }] };

export class DeliveryDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({
    example: '01935e2a-7c4b-7d3e-8a1f-4b6c9d0e2f31.4',
    description: 'The webhook-id of the message: the same however often it is sent.',
  })
  readonly message_id!: string;

  @ApiProperty({ example: 'judgement.finished' })
  readonly event_type!: string;

  @ApiProperty({ format: 'uuid' })
  readonly submission_id!: string;

  @ApiProperty({
    enum: STATES,
    type: 'string',
    description: 'dead: it was tried for a day, in vain, or the webhook was disabled.',
  })
  readonly state!: DeliveryState;

  @ApiProperty({ type: 'integer', minimum: 0 })
  readonly attempts!: number;

  @ApiProperty({ format: 'date-time', description: 'Of the event.' })
  readonly time!: string;

  @ApiProperty({ ...NULLABLE_TIME, description: 'Of a pending one.', example: null })
  readonly next_attempt_time!: string | null;

  @ApiProperty({ ...NULLABLE_TIME })
  readonly delivered_time!: string | null;

  @ApiProperty({
    anyOf: [{ type: 'integer' }, { type: 'null' }],
    description: 'Status of the last answer.',
    example: 204,
  })
  readonly last_status!: number | null;

  @ApiProperty({
    anyOf: [{ type: 'string' }, { type: 'null' }],
    description: 'Why the last attempt failed.',
    example: null,
  })
  readonly last_error!: string | null;
}

export function toDeliveryDto(delivery: ListedDelivery): DeliveryDto {
  const { submission_id: submissionId, sequence } = delivery;
  return {
    id: delivery.id,
    message_id: messageId({ submissionId, sequence }),
    event_type: delivery.type,
    submission_id: submissionId,
    state: delivery.state,
    attempts: delivery.attempts,
    time: delivery.event_at.toISOString(),
    next_attempt_time: delivery.state === 'pending' ? delivery.next_attempt_at.toISOString() : null,
    delivered_time: delivery.delivered_at?.toISOString() ?? null,
    last_status: delivery.last_status,
    last_error: delivery.last_error,
  };
}
