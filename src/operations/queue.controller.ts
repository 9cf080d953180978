import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Kysely } from 'kysely';
import { Scopes } from '../accounts/access.js';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';
import type { Queue } from '../queue/queue.js';
import { QUEUE } from '../queue/queue.module.js';
import { readThroughput } from '../queue/throughput.js';
import { QueueDto, toQueueDto } from './queue.dto.js';

@ApiTags('operations')
@Controller('api/v1/queue')
export class QueueController {
  readonly #db: Kysely<Database>;
  readonly #queue: Queue;

  constructor(@Inject(DATABASE) db: Kysely<Database>, @Inject(QUEUE) queue: Queue) {
    this.#db = db;
    this.#queue = queue;
  }

  @Scopes('operations:read')
  @Get()
  @ApiOperation({ summary: 'What waits, by lane, and who works on it' })
  @ApiOkResponse({ type: QueueDto })
  async get(): Promise<QueueDto> {
    return toQueueDto(...(await Promise.all([this.#queue.depths(), readThroughput(this.#db)])));
  }
}
