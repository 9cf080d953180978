import { Global, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import type { Kysely } from 'kysely';
import { openDatabase, type DatabaseOptions } from './database.js';
import { Listener } from './listener.js';
import type { Database } from './schema.js';

/** Injects the `Kysely<Database>`. */
export const DATABASE = Symbol('DATABASE');
/** Injects the process's `Listener`. */
export const LISTENER = Symbol('LISTENER');

/** Somebody waits for an answer: 503 and another try are better than one that comes late. */
const DEADLINES = { lockTimeoutMs: 4000, connectTimeoutMs: 5000 };

@Injectable()
class DatabaseCloser implements OnApplicationShutdown {
  constructor(
    @Inject(DATABASE) private readonly db: Kysely<Database>,
    @Inject(LISTENER) private readonly listener: Listener,
  ) {}

  /** Last, when requests are answered and everybody else has stopped. */
  async onApplicationShutdown(): Promise<void> {
    await this.listener.close();
    await this.db.destroy();
  }
}

@Global()
@Module({})
export class DatabaseModule {
  static register(options: DatabaseOptions): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        { provide: DATABASE, useFactory: () => openDatabase({ ...DEADLINES, ...options }) },
        { provide: LISTENER, useFactory: () => new Listener({ url: options.url }) },
        DatabaseCloser,
      ],
      exports: [DATABASE, LISTENER],
    };
  }
}
