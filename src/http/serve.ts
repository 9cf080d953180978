import { Logger, type DynamicModule } from '@nestjs/common';
import type { HttpConfig } from '../config/config.js';
import { JudgeError } from '../errors.js';
import type { EventLog } from '../logs/event-log.js';
import { createApp } from './create-app.js';

const STOP_DEADLINE_MS = 10_000;

export interface ServeOptions {
  readonly http: HttpConfig;
  readonly log: EventLog;
  readonly signal: AbortSignal;
  readonly onListening: (url: string) => void;
}

/** Serves until the signal is aborted, then lets requests finish. */
export async function serve(
  module: DynamicModule,
  { http, log, signal, onListening }: ServeOptions,
): Promise<void> {
  const { host, port } = http;
  const app = await createApp(module, http, log);
  const logger = new Logger('http');
  try {
    await app.listen(port, host);
  } catch (error) {
    await app.close();
    const why = error instanceof Error ? error.message : String(error);
    throw new JudgeError('bad-usage', `cannot listen on ${host} port ${port}: ${why}`, {
      cause: error,
    });
  }
  const url = await app.getUrl();
  logger.log({ event: 'listening', url });
  onListening(url);
  await aborted(signal);
  logger.log({ event: 'stopping' });
  // A client that never finishes its request must not keep the process.
  const timer = setTimeout(() => app.getHttpServer().closeAllConnections(), STOP_DEADLINE_MS);
  await app.close();
  clearTimeout(timer);
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
}
