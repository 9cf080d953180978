import { Controller, Get, Headers, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentAccount, Scopes } from '../accounts/access.js';
import type { Principal } from '../accounts/principal.js';
import { IdPipe } from '../http/id.js';
import { ApiProblemResponses } from '../http/openapi/api-problem-responses.js';
import { BodyLimit } from '../http/route-config.js';
import { readerOf } from '../judgements/reader.js';
import { ApiIdempotencyKey, ApiReplayed } from '../submissions/api-idempotency-key.js';
import { ApiProgramBody } from '../submissions/api-program-body.js';
import { clientGone } from '../submissions/client-gone.js';
import { checkIdempotencyKey } from '../submissions/idempotency-key.js';
import { PROGRAM_BODY_BYTES, readProgramBody } from '../submissions/program-body.js';
import { WaitQuery } from '../submissions/wait.query.js';
import { CustomRunDto, NewCustomRunDto } from './custom-run.dto.js';
import { CustomRunsService, STDIN } from './custom-runs.service.js';

@ApiTags('custom runs')
@Controller('api/v1/custom-runs')
export class CustomRunsController {
  readonly #runs: CustomRunsService;

  constructor(@Inject(CustomRunsService) runs: CustomRunsService) {
    this.#runs = runs;
  }

  @Post()
  @Scopes('submissions:write')
  @BodyLimit(PROGRAM_BODY_BYTES)
  @ApiOperation({
    summary: 'Run a program on your own input',
    description: 'It gets no verdict, and no test data is near it.',
  })
  @ApiIdempotencyKey('custom run')
  @ApiProgramBody(NewCustomRunDto, {
    required: [],
    texts: [STDIN, 'stdin_base64', 'cpu_time_limit_ms', 'memory_limit_bytes'],
    example: { stdin: '1 2\n' },
  })
  @ApiResponse({
    status: 201,
    type: CustomRunDto,
    headers: { Location: { schema: { type: 'string' } } },
  })
  @ApiReplayed(CustomRunDto, 'custom run')
  @ApiProblemResponses(
    'unknown-language',
    'bad-source',
    'code-limit-exceeded',
    'idempotency-conflict',
  )
  async create(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('idempotency-key') header: string | undefined,
    @Query() { wait }: WaitQuery,
    @CurrentAccount() principal: Principal,
  ): Promise<CustomRunDto> {
    const key = checkIdempotencyKey(header);
    const body = await readProgramBody(request, NewCustomRunDto, [STDIN]);
    const { id, replayed } = await this.#runs.create(principal, body, key);
    void reply.header('location', `/api/v1/custom-runs/${id}`);
    if (replayed) void reply.code(200).header('idempotency-replayed', 'true');
    return await this.#get(id, { wait, reply, principal });
  }

  @Get(':id')
  @Scopes('submissions:read', 'submissions:read-all')
  @ApiOperation({ summary: 'One custom run, with what it did' })
  @ApiOkResponse({ type: CustomRunDto })
  async get(
    @Param('id', IdPipe) id: string,
    @Query() { wait }: WaitQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentAccount() principal: Principal,
  ): Promise<CustomRunDto> {
    return await this.#get(id, { wait, reply, principal });
  }

  async #get(
    id: string,
    asked: { readonly wait: number; readonly reply: FastifyReply; readonly principal: Principal },
  ): Promise<CustomRunDto> {
    return await this.#runs.get(id, {
      reader: readerOf(asked.principal),
      waitMs: asked.wait * 1000,
      signal: clientGone(asked.reply),
    });
  }
}
