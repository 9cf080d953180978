import { ApiProperty } from '@nestjs/swagger';
import type { Lane } from '../database/schema.js';
import { LANES } from '../queue/lane.js';
import type { LaneDepth } from '../queue/queue.js';
import { estimatedWaitMs, type Throughput } from '../queue/throughput.js';

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

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 3200,
    description:
      'Until a job that comes now would be begun; null while nobody judges or has judged of late.',
  })
  readonly estimated_wait_ms!: number | null;
}

export class QueueDto {
  @ApiProperty({ type: [LaneDto], description: 'In the order in which they are served.' })
  readonly lanes!: readonly LaneDto[];

  @ApiProperty({ type: 'integer', example: 4, description: 'Slots of workers that judge now.' })
  readonly slots!: number;
}

/** @param depths of all lanes, the first served first: a lane waits for those before it. */
export function toQueueDto(depths: readonly LaneDepth[], throughput: Throughput): QueueDto {
  let ahead = 0;
  const lanes = depths.map(({ lane, waiting, active, parked, oldestWaitingMs }) => {
    ahead += waiting;
    return {
      lane,
      waiting,
      active,
      parked,
      oldest_waiting_ms: Math.round(oldestWaitingMs),
      estimated_wait_ms: estimatedWaitMs(ahead, throughput),
    };
  });
  return { lanes, slots: throughput.slots };
}
