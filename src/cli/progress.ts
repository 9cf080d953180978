import { styleText } from 'node:util';

/**
 * What is being done, on stderr, so that stdout holds results only. On a terminal one live line that
 * is redrawn; elsewhere plain lines, few enough for a log.
 */
export interface Progress {
  /** A long step begins. */
  step(text: string): void;
  /** Where the step is: `step 3/7: RUN …`, `case 12 of 50`. */
  detail(text: string): void;
  /** A line that stays. */
  note(text: string): void;
  /** Writes a result to stdout without tearing the live line. */
  print(line: string): void;
  /** Wipes the live line. */
  end(): void;
}

/** The part of a stream that is written to. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface ProgressOptions {
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  readonly now: () => number;
}

export function createProgress(options: ProgressOptions): Progress {
  return options.stderr.isTTY === true ? new LiveLine(options) : new PlainLines(options);
}

/** For machines that asked for silence. */
export const SILENT: Progress = {
  step: () => undefined,
  detail: () => undefined,
  note: () => undefined,
  print: (line) => void process.stdout.write(`${line}\n`),
  end: () => undefined,
};

/** A log needs a sign of life, not every case. */
const PLAIN_DETAIL_EVERY_MS = 5000;

class PlainLines implements Progress {
  readonly #options: ProgressOptions;
  #saidAt = 0;
  #last = '';

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  step(text: string): void {
    if (text === this.#last) return;
    this.#last = text;
    this.#say(`${text}…`);
  }

  detail(text: string): void {
    if (this.#options.now() - this.#saidAt < PLAIN_DETAIL_EVERY_MS) return;
    this.#say(`  … ${text}`);
  }

  note(text: string): void {
    this.#say(text);
  }

  print(line: string): void {
    this.#options.stdout.write(`${line}\n`);
  }

  end(): void {
    this.#last = '';
  }

  #say(text: string): void {
    this.#saidAt = this.#options.now();
    this.#options.stderr.write(`minos: ${text}\n`);
  }
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const;
const REDRAW_EVERY_MS = 100;
const WIPE = '\r\u001b[2K';

class LiveLine implements Progress {
  readonly #options: ProgressOptions;
  #text = '';
  #detail = '';
  #startedAt = 0;
  #frame = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  step(text: string): void {
    if (text !== this.#text) this.#startedAt = this.#options.now();
    this.#text = text;
    this.#detail = '';
    this.#timer ??= setInterval(() => this.#draw(), REDRAW_EVERY_MS).unref();
    this.#draw();
  }

  detail(text: string): void {
    this.#detail = text;
  }

  note(text: string): void {
    this.#above(() => this.#options.stderr.write(`${text}\n`));
  }

  print(line: string): void {
    this.#above(() => this.#options.stdout.write(`${line}\n`));
  }

  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.#text !== '') this.#options.stderr.write(WIPE);
    this.#text = '';
  }

  #above(write: () => void): void {
    if (this.#text !== '') this.#options.stderr.write(WIPE);
    write();
    if (this.#text !== '') this.#draw();
  }

  #draw(): void {
    const frame = FRAMES[this.#frame++ % FRAMES.length] ?? '';
    const seconds = Math.floor((this.#options.now() - this.#startedAt) / 1000);
    const elapsed = seconds >= 2 ? ` (${seconds} s)` : '';
    const detail = this.#detail === '' ? '' : `: ${this.#detail}`;
    const room = (this.#options.stderr.columns ?? 80) - frame.length - 2;
    const line = `${this.#text}${elapsed}${detail}`.replace(/[\p{Cc}]+/gu, ' ').slice(0, room);
    const spinner = styleText('cyan', frame, { validateStream: false });
    this.#options.stderr.write(`${WIPE}${spinner} ${line}`);
  }
}
