import { ApiProperty } from '@nestjs/swagger';
import { LANES } from '../queue/lane.js';
import type { LaneDepth } from '../queue/queue.js';
import type { Lane } from '../database/schema.js';

export class LaneDto {
  @ApiProperty({ enum: LANES })
  readonly lane!: Lane;

  @ApiProperty({ type: 'integer', example: 12, description: 'Jobs that wait.' })
  readonly waiting!: number;

  @ApiProperty({ type: 'integer', example: 2, description: 'Jobs that workers have.' })
  readonly active!: number;

  @ApiProperty({
    type: 'integer',
    example: 0,
    description: 'Put aside until a disabled language or problem is enabled again.',
  })
  readonly parked!: number;

  @ApiProperty({ type: 'integer', example: 1840, description: 'Age of the oldest that waits.' })
  readonly oldest_waiting_ms!: number;
}

export class QueueDto {
  @ApiProperty({ type: [LaneDto], description: 'In the order in which they are served.' })
  readonly lanes!: readonly LaneDto[];

  @ApiProperty({ type: 'integer', example: 4, description: 'Slots of workers that judge now.' })
  readonly slots!: number;
}

export function toLaneDto({ lane, waiting, active, parked, oldestWaitingMs }: LaneDepth): LaneDto {
  return { lane, waiting, active, parked, oldest_waiting_ms: Math.round(oldestWaitingMs) };
}
