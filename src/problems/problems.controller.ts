import {
  Body,
  Controller,
  Get,
  Inject,
  Param,
  ParseEnumPipe,
  Patch,
  Query,
  StreamableFile,
} from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Kysely } from 'kysely';
import { Readable } from 'node:stream';
import { CurrentAccount, Scopes } from '../accounts/access.js';
import type { Principal } from '../accounts/principal.js';
import type { Blobs, StoredBlob } from '../blobs/blobs.js';
import { BLOBS } from '../blobs/blobs.module.js';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';
import { JudgeError } from '../errors.js';
import { ApiPage, PageQuery, pageOf, readCursor, type Page } from '../http/page.js';
import { StatementQuery, VersionQuery } from './problem-queries.dto.js';
import { findProblem, listProblems, setArchived, type Viewer } from './problem-store.js';
import { ChangeProblemDto, ProblemDto, SamplesDto, toProblemDto } from './problem.dto.js';
import { sampleExcerpts } from './sample-excerpts.js';
import { chooseStatement, STATEMENT_MEDIA } from './statement-file.js';
import { VersionNumberPipe } from './version-number.pipe.js';

const BYTES = { schema: { type: 'string', format: 'binary' } };
const PART_OF_SAMPLE = { input: 'input', answer: 'answer' } as const;

@ApiTags('problems')
@Controller('api/v1/problems')
export class ProblemsController {
  readonly #db: Kysely<Database>;
  readonly #blobs: Blobs;

  constructor(@Inject(DATABASE) db: Kysely<Database>, @Inject(BLOBS) blobs: Blobs) {
    this.#db = db;
    this.#blobs = blobs;
  }

  @Scopes('problems:read')
  @Get()
  @ApiOperation({
    summary: 'The problems that can be submitted to',
    description: 'With the scope problems:write also those that are unpublished or archived.',
  })
  @ApiPage(ProblemDto)
  async list(
    @Query() { limit, cursor }: PageQuery,
    @CurrentAccount() account: Principal,
  ): Promise<Page<ProblemDto>> {
    const page = { before: readCursor(cursor), limit };
    const rows = await listProblems(this.#db, viewerOf(account), page);
    return pageOf(rows, limit, ({ id }) => id).map(toProblemDto);
  }

  @Scopes('problems:read')
  @Get(':name')
  @ApiOperation({ summary: 'One problem, by its short name' })
  @ApiOkResponse({ type: ProblemDto })
  async get(
    @Param('name') name: string,
    @Query() { version }: VersionQuery,
    @CurrentAccount() account: Principal,
  ): Promise<ProblemDto> {
    return toProblemDto(await this.#find(name, version, account));
  }

  @Scopes('problems:write')
  @Patch(':name')
  @ApiOperation({ summary: 'Archive a problem, or take it back' })
  @ApiOkResponse({ type: ProblemDto })
  async change(
    @Param('name') name: string,
    @Body() { archived }: ChangeProblemDto,
    @CurrentAccount() account: Principal,
  ): Promise<ProblemDto> {
    await setArchived(this.#db, name, archived, account.accountId);
    return toProblemDto(await findProblem(this.#db, 'staff', name));
  }

  @Scopes('problems:read')
  @Get(':name/statement')
  @ApiOperation({ summary: 'The statement, as it is in the package' })
  @ApiOkResponse({
    description: 'The file. HTML, TeX and PDF are to be saved, not opened.',
    content: Object.fromEntries(
      Object.values(STATEMENT_MEDIA).map(({ type }) => [type.replace(/;.*/, ''), BYTES] as const),
    ),
  })
  async statement(
    @Param('name') name: string,
    @Query() { version, language, format }: StatementQuery,
    @CurrentAccount() account: Principal,
  ): Promise<StreamableFile> {
    const { summary } = await this.#find(name, version, account);
    const statement = chooseStatement(summary, { language, format });
    const { type, disposition } = STATEMENT_MEDIA[statement.format];
    const fileName = `${name}.${statement.language}.${statement.format}`;
    return await this.#file(statement, type, `${disposition}; filename="${fileName}"`);
  }

  @Scopes('problems:read')
  @Get(':name/samples')
  @ApiOperation({ summary: 'Inputs and answers of the sample cases' })
  @ApiOkResponse({ type: SamplesDto })
  async samples(
    @Param('name') name: string,
    @Query() { version }: VersionQuery,
    @CurrentAccount() account: Principal,
  ): Promise<SamplesDto> {
    const { summary } = await this.#find(name, version, account);
    return { data: await sampleExcerpts(summary, this.#blobs) };
  }

  @Scopes('problems:read')
  @Get(':name/samples/:ordinal/:part')
  @ApiOperation({ summary: 'One file of a sample case, whole' })
  @ApiOkResponse({ description: 'The file.', content: { 'application/octet-stream': BYTES } })
  async sample(
    @Param('name') name: string,
    @Param('ordinal', VersionNumberPipe) ordinal: number,
    @Param('part', new ParseEnumPipe(PART_OF_SAMPLE, { exceptionFactory: noSample }))
    part: keyof typeof PART_OF_SAMPLE,
    @Query() { version }: VersionQuery,
    @CurrentAccount() account: Principal,
  ): Promise<StreamableFile> {
    const { summary } = await this.#find(name, version, account);
    const sample = summary.samples[ordinal - 1];
    if (sample === undefined) throw noSample();
    const fileName = `${ordinal}.${part === 'input' ? 'in' : 'ans'}`;
    const type = 'application/octet-stream';
    return await this.#file(sample[part], type, `attachment; filename="${fileName}"`);
  }

  async #find(name: string, version: number | undefined, account: Principal) {
    const viewer = viewerOf(account);
    if (version !== undefined && viewer === 'solver') {
      throw new JudgeError('forbidden', 'version needs the scope problems:write');
    }
    return await findProblem(this.#db, viewer, name, version);
  }

  /** The first bytes are there before the status is: a store that fails is an error, not a stump. */
  async #file(
    { sha256, sizeBytes }: StoredBlob,
    type: string,
    disposition: string,
  ): Promise<StreamableFile> {
    const chunks = this.#blobs.get(sha256)[Symbol.asyncIterator]();
    const first = await chunks.next();
    const content = Readable.from(
      (async function* () {
        if (first.done === true) return;
        yield first.value;
        yield* { [Symbol.asyncIterator]: () => chunks };
      })(),
    );
    return new StreamableFile(content, { type, disposition, length: sizeBytes });
  }
}

function viewerOf({ scopes }: Principal): Viewer {
  return scopes.has('problems:write') ? 'staff' : 'solver';
}

function noSample(): JudgeError {
  return new JudgeError('not-found', 'the problem has no such sample');
}
