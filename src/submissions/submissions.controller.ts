import {
  Controller,
  Get,
  Headers,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentAccount, Scopes } from '../accounts/access.js';
import type { Principal } from '../accounts/principal.js';
import { EventHub } from '../events/event-hub.js';
import { EventStreams } from '../events/event-streams.js';
import { parseLastEventId } from '../events/last-event-id.js';
import { IdPipe } from '../http/id.js';
import { ApiProblemResponses } from '../http/openapi/api-problem-responses.js';
import { ApiPage, pageOf, readCursor, type Page } from '../http/page.js';
import { BodyLimit } from '../http/route-config.js';
import { JudgementDto, toJudgementDto } from '../judgements/judgement.dto.js';
import { JudgementsRepository } from '../judgements/judgements.repository.js';
import { readerOf } from '../judgements/reader.js';
import { ViewedPageQuery } from '../judgements/view.query.js';
import { ApiIdempotencyKey, ApiReplayed } from './api-idempotency-key.js';
import { ApiProgramBody } from './api-program-body.js';
import { checkIdempotencyKey } from './idempotency-key.js';
import { PROGRAM_BODY_BYTES, readProgramBody } from './program-body.js';
import { clientGone } from './client-gone.js';
import { SourceFilesDto, toSourceFileDto } from './source-file.dto.js';
import { streamEvents } from './stream-events.js';
import { SubmissionDto, toSubmissionDto } from './submission.dto.js';
import { SubmissionsService } from './submissions.service.js';
import { EventsQuery, SubmissionsQuery } from './submissions.query.js';
import { ViewedWaitQuery } from './wait.query.js';
import { SubmitDto } from './submit.dto.js';
import { SubmitService } from './submit.service.js';

@ApiTags('submissions')
@Controller('api/v1/submissions')
export class SubmissionsController {
  readonly #submissions: SubmissionsService;
  readonly #submitting: SubmitService;
  readonly #judgements: JudgementsRepository;
  readonly #hub: EventHub;
  readonly #streams: EventStreams;

  constructor(
    @Inject(SubmissionsService) submissions: SubmissionsService,
    @Inject(SubmitService) submitting: SubmitService,
    @Inject(JudgementsRepository) judgements: JudgementsRepository,
    @Inject(EventHub) hub: EventHub,
    @Inject(EventStreams) streams: EventStreams,
  ) {
    this.#submissions = submissions;
    this.#submitting = submitting;
    this.#judgements = judgements;
    this.#hub = hub;
    this.#streams = streams;
  }

  @Post()
  @Scopes('submissions:write')
  @BodyLimit(PROGRAM_BODY_BYTES)
  @ApiOperation({
    summary: 'Submit a program',
    description: 'It is stored when this answers, and will be judged, whatever happens.',
  })
  @ApiIdempotencyKey('submission')
  @ApiProgramBody(SubmitDto, {
    required: ['problem_id'],
    texts: ['mode', 'lane'],
    example: { problem_id: 'hello' },
  })
  @ApiResponse({
    status: 201,
    type: SubmissionDto,
    headers: { Location: { schema: { type: 'string' } } },
  })
  @ApiReplayed(SubmissionDto, 'submission')
  @ApiProblemResponses(
    'unknown-problem',
    'unknown-language',
    'bad-source',
    'code-limit-exceeded',
    'conflict',
    'idempotency-conflict',
  )
  async submit(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('idempotency-key') key: string | undefined,
    @Query() { wait, view }: ViewedWaitQuery,
    @CurrentAccount() principal: Principal,
  ): Promise<SubmissionDto> {
    const idempotencyKey = checkIdempotencyKey(key);
    const body = await readProgramBody(request, SubmitDto);
    const { id, fresh } = await this.#submitting.submit(principal, body, idempotencyKey);
    void reply.header('location', `/api/v1/submissions/${id}`);
    if (fresh === undefined) void reply.code(200).header('idempotency-replayed', 'true');
    const reader = readerOf(principal);
    if (fresh !== undefined && wait === 0) {
      return toSubmissionDto(fresh, { staff: reader.staff, view });
    }
    return await this.#submissions.get(id, {
      reader,
      view,
      waitMs: wait * 1000,
      signal: clientGone(reply),
      position: false,
    });
  }

  @Get()
  @Scopes('submissions:read', 'submissions:read-all')
  @ApiOperation({ summary: 'Submissions, newest first' })
  @ApiPage(SubmissionDto)
  async list(
    @Query() query: SubmissionsQuery,
    @CurrentAccount() principal: Principal,
  ): Promise<Page<SubmissionDto>> {
    return await this.#submissions.list(query, readerOf(principal));
  }

  @Get(':id')
  @Scopes('submissions:read', 'submissions:read-all')
  @ApiOperation({ summary: 'One submission, with its judgement and its place in the queue' })
  @ApiOkResponse({ type: SubmissionDto })
  async get(
    @Param('id', IdPipe) id: string,
    @Query() { wait, view }: ViewedWaitQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentAccount() principal: Principal,
  ): Promise<SubmissionDto> {
    return await this.#submissions.get(id, {
      reader: readerOf(principal),
      view,
      waitMs: wait * 1000,
      signal: clientGone(reply),
      position: true,
    });
  }

  @Get(':id/files')
  @Scopes('submissions:read', 'submissions:read-all')
  @ApiOperation({ summary: 'Its source files' })
  @ApiOkResponse({ type: SourceFilesDto })
  async files(
    @Param('id', IdPipe) id: string,
    @CurrentAccount() principal: Principal,
  ): Promise<SourceFilesDto> {
    const files = await this.#submissions.files(id, readerOf(principal));
    return { data: files.map(toSourceFileDto) };
  }

  @Get(':id/judgements')
  @Scopes('submissions:read', 'submissions:read-all')
  @ApiOperation({ summary: 'Its judgements, newest first; those before are kept' })
  @ApiPage(JudgementDto)
  async judgements(
    @Param('id', IdPipe) id: string,
    @Query() { limit, cursor, view }: ViewedPageQuery,
    @CurrentAccount() principal: Principal,
  ): Promise<Page<JudgementDto>> {
    const reader = readerOf(principal);
    await this.#submissions.find(id, reader);
    const wanted = { before: readCursor(cursor), limit: limit + 1 };
    const rows = await this.#judgements.ofSubmission(id, reader, wanted);
    return pageOf(rows, limit, (row) => row.id).map((row) =>
      toJudgementDto(row, { staff: reader.staff, view }),
    );
  }

  @Get(':id/events')
  @Scopes('submissions:read', 'submissions:read-all')
  @ApiOperation({
    summary: 'What happens to it, as server-sent events',
    description:
      'First what has happened since `Last-Event-ID`, then what happens. Ends with the verdict. 204 to who has seen it already, so that an EventSource does not come back.',
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    schema: { type: 'string', pattern: '^[0-9]{1,9}$' },
  })
  @ApiResponse({
    status: 200,
    description: 'Events: `id` is a number, `event` the type, `data` an object of JSON.',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  })
  @ApiResponse({ status: 204, description: 'There is nothing more to come.' })
  @HttpCode(200)
  async events(
    @Param('id', IdPipe) id: string,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Query() { follow, last_event_id: parameter }: EventsQuery,
    @Req() { method }: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentAccount() principal: Principal,
  ): Promise<void> {
    const after = parseLastEventId(lastEventId ?? parameter);
    const goOn = follow === 'true';
    const submission = await this.#submissions.find(id, readerOf(principal));
    if (!goOn && (await this.#submissions.isOver(submission, after))) {
      await reply.code(204).send();
      return;
    }
    const stream = this.#streams.open(reply);
    if (method === 'HEAD') stream.end();
    else streamEvents(this.#hub, stream, { submissionId: id, after, goOn });
  }
}
