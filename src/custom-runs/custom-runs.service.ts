import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Principal } from '../accounts/principal.js';
import { newId } from '../database/new-id.js';
import { JudgeError } from '../errors.js';
import { Signals } from '../events/signals.js';
import type { Reader } from '../judgements/judgements.repository.js';
import { LanguageRegistry } from '../languages/language-registry.js';
import { requestHash, sha256 } from '../submissions/idempotency-key.js';
import type { ProgramBody } from '../submissions/program-body.js';
import { QueueEstimate } from '../submissions/queue-estimate.js';
import { readProgram } from '../submissions/read-program.js';
import { SourceUnpacker } from '../submissions/unpack-sources.js';
import { CUSTOM_RUN_CAPS } from './custom-run-limits.js';
import { customRunTopic } from './custom-run-outcome.js';
import { toCustomRunDto, type CustomRunDto, type NewCustomRunDto } from './custom-run.dto.js';
import { CustomRunsRepository, type CustomRunRow } from './custom-runs.repository.js';

/** Part of a form that may come as a file. */
export const STDIN = 'stdin';

/** Injects the code limit, in bytes. */
export const CODE_LIMIT = Symbol('CODE_LIMIT');

export interface CustomRunWanted {
  readonly reader: Reader;
  /** How long it may take to end. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

/** Programs on one's own input: nothing of a problem is near them. */
@Injectable()
export class CustomRunsService implements BeforeApplicationShutdown {
  readonly #runs: CustomRunsRepository;
  readonly #estimate: QueueEstimate;
  readonly #signals: Signals;
  readonly #languages: LanguageRegistry;
  readonly #unpacker: SourceUnpacker;
  readonly #codeLimitBytes: number;
  readonly #stopping = new AbortController();

  constructor(
    @Inject(CustomRunsRepository) runs: CustomRunsRepository,
    @Inject(QueueEstimate) estimate: QueueEstimate,
    @Inject(Signals) signals: Signals,
    @Inject(LanguageRegistry) languages: LanguageRegistry,
    @Inject(SourceUnpacker) unpacker: SourceUnpacker,
    @Inject(CODE_LIMIT) codeLimitBytes: number,
  ) {
    this.#runs = runs;
    this.#estimate = estimate;
    this.#signals = signals;
    this.#languages = languages;
    this.#unpacker = unpacker;
    this.#codeLimitBytes = codeLimitBytes;
  }

  /**
   * @returns its id, once it is stored, and whether the key had given it before.
   * @throws JudgeError that says what is wrong with it.
   */
  async create(
    principal: Principal,
    body: ProgramBody<NewCustomRunDto>,
    key: string | undefined,
  ): Promise<{ readonly id: string; readonly replayed: boolean }> {
    const { fields } = body;
    const stdin = inputOf(body);
    const terms = { codeLimitBytes: this.#codeLimitBytes };
    const program = await readProgram(body, terms, this.#languages, this.#unpacker);
    const id = newId();
    const stored = await this.#runs.insert({
      id,
      accountId: principal.accountId,
      submitter: fields.submitter ?? principal.accountName,
      languageId: program.language.id,
      entryPoint: program.entryPoint,
      files: program.files.map(({ name, content }) => ({
        name,
        base64: content.toString('base64'),
      })),
      stdin,
      cpuTimeLimitMs: fields.cpu_time_limit_ms ?? CUSTOM_RUN_CAPS.cpuTimeMs.usual,
      memoryLimitBytes: fields.memory_limit_bytes ?? null,
      idempotency: key === undefined ? null : { key, requestHash: hashOf(body, stdin) },
    });
    return { id: stored, replayed: stored !== id };
  }

  /** @throws JudgeError `not-found`, also for what is somebody else's. */
  async get(id: string, { reader, waitMs, signal }: CustomRunWanted): Promise<CustomRunDto> {
    const row = await this.#ended(id, { reader, waitMs, signal });
    const position = row.state === 'queued' ? await this.#estimate.of(row.job_id) : null;
    return toCustomRunDto(row, { staff: reader.staff, position });
  }

  /** Who waits is answered with what there is. */
  beforeApplicationShutdown(): void {
    this.#stopping.abort();
  }

  /** As it is when it has ended, or the time is over. */
  async #ended(id: string, { reader, waitMs, signal }: CustomRunWanted): Promise<CustomRunRow> {
    const end = AbortSignal.any([signal, this.#stopping.signal, AbortSignal.timeout(waitMs)]);
    let wake: () => void = () => undefined;
    const onEnd = (): void => wake();
    end.addEventListener('abort', onEnd);
    // First listen, then look: what happens in between is not missed.
    let isStale = false;
    const stop = this.#signals.on(customRunTopic(id), () => {
      isStale = true;
      wake();
    });
    try {
      for (;;) {
        isStale = false;
        const row = await this.#find(id, reader);
        if (isOver(row) || end.aborted || waitMs === 0) return row;
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (isStale || end.aborted) resolve();
        });
      }
    } finally {
      stop();
      end.removeEventListener('abort', onEnd);
    }
  }

  async #find(id: string, reader: Reader): Promise<CustomRunRow> {
    const row = await this.#runs.find(id, reader);
    if (row === undefined) throw new JudgeError('not-found', 'no custom run has this id');
    return row;
  }
}

function hashOf({ fields, files }: ProgramBody<NewCustomRunDto>, stdin: Buffer): string {
  const { language_id: language, entry_point: entryPoint, submitter, source } = fields;
  const { cpu_time_limit_ms: cpuTimeMs, memory_limit_bytes: memoryBytes } = fields;
  const values = [language, entryPoint, submitter, source, cpuTimeMs, memoryBytes, sha256(stdin)];
  return requestHash(values, files);
}

function isOver({ state }: CustomRunRow): boolean {
  return state === 'finished' || state === 'cancelled';
}

function inputOf({ fields, attachments }: ProgramBody<NewCustomRunDto>): Buffer {
  const { stdin, stdin_base64: base64 } = fields;
  const attached = attachments.get(STDIN);
  const given = [
    ...(stdin ? [Buffer.from(stdin)] : []),
    ...(base64 ? [Buffer.from(base64, 'base64')] : []),
    ...(attached === undefined ? [] : [attached]),
  ];
  const [input = Buffer.alloc(0), ...others] = given;
  if (others.length > 0) throw new JudgeError('bad-usage', 'give the input once');
  const most = CUSTOM_RUN_CAPS.stdinBytes;
  if (input.byteLength > most) {
    throw new JudgeError('payload-too-large', `the input is larger than ${most / 1024} KiB`);
  }
  return input;
}
