import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Blobs } from '../blobs/blobs.js';
import type { Config } from '../config/config.js';
import { openDatabase } from '../database/database.js';
import { Listener } from '../database/listener.js';
import type { LanguageRegistry } from '../languages/language-registry.js';
import type { EventLog } from '../logs/event-log.js';
import { VersionPackages } from '../problems/version-packages.js';
import { LeaseWatch } from '../queue/lease-watch.js';
import { PgBossQueue } from '../queue/pg-boss-queue.js';
import { alertOfStuck } from './alert-of-stuck.js';
import { JobLoop } from './job-loop.js';
import { patiently } from './patiently.js';
import { Registration } from './registration.js';
import { Toolchains } from './toolchains.js';
import type { WorkerEngine } from './worker-engine.js';
import type { WorkerParts } from './worker-parts.js';

export interface WorkerOptions {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly blobs: Blobs;
  readonly languages: LanguageRegistry;
  readonly log: EventLog;
  /** What this machine is, for `workers.facts`. */
  readonly facts: object;
  /**
   * @param onStuck told of containers that cannot be removed
   * @throws while the machine's sandbox cannot be used.
   */
  readonly openEngine: (onStuck: (message: string) => void) => Promise<WorkerEngine>;
  /** Called once it is registered. */
  readonly onReady: () => void;
}

const CONNECTIONS = 8;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
const STEADY_MS = 60_000;

/** Judges what waits in the queue until the signal is aborted; what is under way is finished or given back. */
export async function runWorker(options: WorkerOptions, signal: AbortSignal): Promise<void> {
  const { config, databaseUrl: url, languages, log } = options;
  const onError = (error: unknown): void => log.warn('database-connection', { error });
  const db = openDatabase({
    url,
    max: CONNECTIONS,
    name: 'minos worker',
    onConnectionError: onError,
  });
  const listener = new Listener({ url, onError });
  const queue = new PgBossQueue(db, listener);
  const leases = new LeaseWatch(queue, onError);
  const packages = new VersionPackages({
    blobs: options.blobs,
    directory: join(config.dataDirectory, 'packages'),
    context: { languages, defaultLimits: config.limits },
  });
  try {
    leases.start();
    await using registration = await Registration.open(
      { db, listener, slots: 0, facts: options.facts, log },
      signal,
    );
    options.onReady();
    const parts = {
      workerId: registration.id,
      db,
      queue,
      packages,
      languages,
      defaultLimits: config.limits,
      dataDirectory: config.dataDirectory,
      log: log.with({ workerId: registration.id }),
    };
    await judgeUntil(signal, options, parts, registration);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await leases.stop();
    await queue.close();
    await listener.close();
    await db.destroy();
  }
}

/** Opens the sandbox, judges until it fails, and opens it anew. */
async function judgeUntil(
  signal: AbortSignal,
  { openEngine, languages }: WorkerOptions,
  parts: Omit<WorkerParts, 'engine' | 'toolchains'>,
  registration: Registration,
): Promise<void> {
  const { log, db } = parts;
  const onStuck = (message: string): void => {
    log.warn('container-stuck', { message });
    void alertOfStuck(db, message).catch(() => undefined);
  };
  let pauseMs = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    let failure: Error | undefined;
    try {
      await using engine = await openEngine(onStuck);
      const { slots } = engine.ports.sandbox;
      const toolchains: Toolchains = new Toolchains(languages.languages, engine, () =>
        registration.describe(slots, toolchains.status),
      );
      registration.describe(slots, toolchains.status);
      await patiently(() => registration.enable(), signal);
      log.info('judging', { slots });
      const over = new AbortController();
      const building = toolchains.keepBuilt(AbortSignal.any([signal, over.signal]));
      const startedAtMs = performance.now();
      failure = await new JobLoop({ ...parts, engine, toolchains, registration }).run(signal);
      // One that opens well and fails at once is opened more and more seldom, too.
      if (performance.now() - startedAtMs > STEADY_MS) pauseMs = FIRST_PAUSE_MS;
      over.abort();
      await building;
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
    if (failure === undefined) continue;
    log.error('engine-unavailable', { error: failure });
    await registration.disable(failure.message).catch(() => undefined);
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}
