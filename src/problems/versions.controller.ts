import {
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  HttpStatus,
  Inject,
  Param,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import { CurrentAccount, Scopes } from '../accounts/access.js';
import type { Principal } from '../accounts/principal.js';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';
import { JudgeError } from '../errors.js';
import { EventStreams } from '../events/event-streams.js';
import { parseLastEventId } from '../events/last-event-id.js';
import { Signals } from '../events/signals.js';
import { ApiProblemResponses } from '../http/openapi/api-problem-responses.js';
import { ApiPage, PageQuery, pageOf, readCursor, type Page } from '../http/page.js';
import { BodyLimit, extendRouteConfig } from '../http/route-config.js';
import type { Queue } from '../queue/queue.js';
import { QUEUE } from '../queue/queue.module.js';
import { ARCHIVE_LIMITS } from './archive-entries.js';
import { followVerification } from './follow-verification.js';
import { UploadQuery } from './problem-queries.dto.js';
import { ProblemUploads } from './problem-uploads.js';
import { publishVersion, verifyAgain } from './publish-version.js';
import { readUpload } from './read-upload.js';
import { verificationResults } from './verification/verification-rows.js';
import { VersionNumberPipe } from './version-number.pipe.js';
import { findVersion, latestVerification, listVersions, type Version } from './version-store.js';
import { toVerificationDto, VerificationDto } from './verification.dto.js';
import { PublishDto, toVersionDto, UploadedDto, VersionDto } from './version.dto.js';

const NUMBER = /^[1-9]\d{0,8}$/;
/** A gigabyte at ten megabits a second takes as long. */
const UPLOAD_DEADLINE_MS = 14 * 60_000;
const ARCHIVE = { type: 'string', format: 'binary' };
const UPLOAD_CONTENT = {
  'multipart/form-data': {
    schema: {
      type: 'object',
      required: ['package'],
      properties: {
        package: ARCHIVE,
        name: { type: 'string' },
        publish: { type: 'string', enum: ['true', 'false'] },
      },
    },
  },
  'application/zip': { schema: ARCHIVE },
  'application/gzip': { schema: ARCHIVE },
};

@ApiTags('problems')
@Controller('api/v1/problems')
export class VersionsController {
  readonly #db: Kysely<Database>;
  readonly #queue: Queue;
  readonly #uploads: ProblemUploads;
  readonly #streams: EventStreams;
  readonly #signals: Signals;

  constructor(
    @Inject(DATABASE) db: Kysely<Database>,
    @Inject(QUEUE) queue: Queue,
    @Inject(ProblemUploads) uploads: ProblemUploads,
    @Inject(EventStreams) streams: EventStreams,
    @Inject(Signals) signals: Signals,
  ) {
    this.#db = db;
    this.#queue = queue;
    this.#uploads = uploads;
    this.#streams = streams;
    this.#signals = signals;
  }

  @Scopes('problems:write')
  @BodyLimit(ARCHIVE_LIMITS.archiveBytes)
  @extendRouteConfig({ takesArchive: true, bodyDeadlineMs: UPLOAD_DEADLINE_MS })
  @Post()
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({
    summary: 'Upload a problem package',
    description:
      'A zip or tar.gz becomes the next version of its problem, and is verified in the background.',
    requestBody: { required: true, content: UPLOAD_CONTENT },
  })
  @ApiAcceptedResponse({ type: UploadedDto, description: 'A new version, to be verified.' })
  @ApiOkResponse({ type: UploadedDto, description: 'The problem had this version already.' })
  @ApiProblemResponses('bad-package', 'payload-too-large')
  async upload(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: UploadQuery,
    @CurrentAccount() { accountId }: Principal,
  ): Promise<UploadedDto> {
    const { upload, fields } = await readUpload(request, this.#uploads);
    await using held = upload;
    const publish = fields.publish ?? query.publish ?? 'false';
    if (publish !== 'true' && publish !== 'false') {
      throw new JudgeError('bad-usage', 'publish must be true or false');
    }
    const stored = await this.#uploads.store(held, {
      name: fields.name ?? query.name,
      accountId,
      publishWhenGreen: publish === 'true',
    });
    const location = `/api/v1/problems/${stored.name}/versions/${stored.number}`;
    void reply.header('location', location).status(stored.created ? 202 : 200);
    return {
      problem_id: stored.name,
      version: toVersionDto(await findVersion(this.#db, stored.name, stored.number)),
      created: stored.created,
      verification: `${location}/verification`,
    };
  }

  @Scopes('problems:write')
  @Get(':name/versions')
  @ApiOperation({ summary: 'The versions of a problem' })
  @ApiPage(VersionDto)
  async list(
    @Param('name') name: string,
    @Query() { limit, cursor }: PageQuery,
  ): Promise<Page<VersionDto>> {
    const key = readCursor(cursor, NUMBER);
    const before = key === undefined ? undefined : Number(key);
    const rows = await listVersions(this.#db, name, { before, limit });
    return pageOf(rows, limit, ({ number }) => String(number)).map(toVersionDto);
  }

  @Scopes('problems:write')
  @Get(':name/versions/:number')
  @ApiOperation({ summary: 'One version of a problem' })
  @ApiOkResponse({ type: VersionDto })
  async get(
    @Param('name') name: string,
    @Param('number', VersionNumberPipe) number: number,
  ): Promise<VersionDto> {
    return toVersionDto(await findVersion(this.#db, name, number));
  }

  @Scopes('problems:write')
  @Get(':name/versions/:number/verification')
  @ApiOperation({ summary: 'The report of the latest verification, and how far it is' })
  @ApiOkResponse({ type: VerificationDto })
  async report(
    @Param('name') name: string,
    @Param('number', VersionNumberPipe) number: number,
  ): Promise<VerificationDto> {
    const version = await findVersion(this.#db, name, number);
    return await this.#report(version);
  }

  @Scopes('problems:write')
  @Get(':name/versions/:number/verification/events')
  @ApiOperation({ summary: 'The same as server-sent events, until it is over' })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'The last result seen.' })
  @ApiOkResponse({
    description: '`progress`, `example` and `check` events, and `finished`.',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  })
  async events(
    @Param('name') name: string,
    @Param('number', VersionNumberPipe) number: number,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const version = await findVersion(this.#db, name, number);
    const { id } = await this.#latest(version);
    const last = parseLastEventId(lastEventId);
    followVerification(id, last, this.#streams.open(reply), {
      db: this.#db,
      signals: this.#signals,
    });
  }

  @Scopes('problems:write')
  @Post(':name/versions/:number/verify')
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({ summary: 'Verify a version again' })
  @ApiAcceptedResponse({ type: VerificationDto })
  @ApiProblemResponses('conflict')
  async verify(
    @Param('name') name: string,
    @Param('number', VersionNumberPipe) number: number,
    @CurrentAccount() { accountId }: Principal,
  ): Promise<VerificationDto> {
    await verifyAgain(this.#db, this.#queue, { name, number, accountId });
    return await this.#report(await findVersion(this.#db, name, number));
  }

  @Scopes('problems:write')
  @Post(':name/versions/:number/publish')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    summary: 'Judge submissions against this version from now on',
    description: 'It has to be green, or override_reason says why it is published all the same.',
  })
  @ApiOkResponse({ type: VersionDto })
  @ApiProblemResponses('conflict')
  async publish(
    @Param('name') name: string,
    @Param('number', VersionNumberPipe) number: number,
    @Body() { override_reason: overrideReason }: PublishDto,
    @CurrentAccount() { accountId }: Principal,
  ): Promise<VersionDto> {
    await publishVersion(this.#db, { name, number, accountId, overrideReason });
    return toVersionDto(await findVersion(this.#db, name, number));
  }

  async #report(version: Version): Promise<VerificationDto> {
    const verification = await this.#latest(version);
    const results = await verificationResults(this.#db, verification.id);
    return toVerificationDto(version, verification, results);
  }

  async #latest(version: Version) {
    const verification = await latestVerification(this.#db, version.id);
    if (verification !== undefined) return verification;
    throw new JudgeError('not-found', 'this version was never verified');
  }
}
