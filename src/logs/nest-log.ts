import type { LoggerService } from '@nestjs/common';
import type { EventLog, Fields } from './event-log.js';

/** Lines that Nest writes for each module and route at the start. */
const CHATTER = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestFactory']);

/**
 * Nest's `Logger` onto our log: `new Logger('webhooks').warn({ event: 'webhook-disabled', … })`. A
 * text, as Nest itself writes, becomes the message of an event that is called `note`.
 */
export class NestLog implements LoggerService {
  readonly #log: EventLog;

  constructor(log: EventLog) {
    this.#log = log;
  }

  log(message: unknown, ...rest: unknown[]): void {
    const context = contextOf(rest);
    if (!CHATTER.has(context ?? '')) this.#write('info', message, context);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.#write('warn', message, contextOf(rest));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.#write('error', message, contextOf(rest));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.#write('error', message, contextOf(rest));
  }

  #write(level: 'info' | 'warn' | 'error', message: unknown, room: string | undefined): void {
    const { event, ...fields } = toEvent(message);
    this.#log[level](event, room === undefined ? fields : { room, ...fields });
  }
}

/** Nest gives the logger's name last. */
function contextOf(rest: readonly unknown[]): string | undefined {
  const last = rest.at(-1);
  return typeof last === 'string' ? last : undefined;
}

function toEvent(message: unknown): Fields & { readonly event: string } {
  if (message instanceof Error) return { event: 'error', error: message };
  if (typeof message !== 'object' || message === null) return { event: 'note', message };
  const { event, ...fields } = message as Record<string, unknown>;
  return { ...fields, event: typeof event === 'string' ? event : 'note' };
}
