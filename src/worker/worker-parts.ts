import type { Kysely } from 'kysely';
import type { DefaultLimits } from '../config/config.js';
import type { Database } from '../database/schema.js';
import type { LanguageRegistry } from '../languages/language-registry.js';
import type { EventLog } from '../logs/event-log.js';
import type { VersionPackages } from '../problems/version-packages.js';
import type { Queue } from '../queue/queue.js';
import type { Toolchains } from './toolchains.js';
import type { WorkerEngine } from './worker-engine.js';

/** What working on a job takes. */
export interface WorkerParts {
  readonly workerId: string;
  readonly db: Kysely<Database>;
  readonly queue: Queue;
  readonly packages: VersionPackages;
  readonly languages: LanguageRegistry;
  readonly defaultLimits: DefaultLimits;
  readonly dataDirectory: string;
  readonly engine: WorkerEngine;
  readonly toolchains: Toolchains;
  readonly log: EventLog;
}
