import {
  Global,
  Inject,
  Injectable,
  Logger,
  Module,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import type { Kysely } from 'kysely';
import { DATABASE, LISTENER } from '../database/database.module.js';
import type { Database } from '../database/schema.js';
import { CONTROL_CHANNEL } from './control-channel.js';
import { EventHub } from './event-hub.js';
import { EventStreams } from './event-streams.js';
import { Signals, type Subscribable } from './signals.js';

@Injectable()
class EventsStopper implements BeforeApplicationShutdown {
  constructor(
    @Inject(EventHub) private readonly hub: EventHub,
    @Inject(EventStreams) private readonly streams: EventStreams,
    @Inject(Signals) private readonly signals: Signals,
  ) {}

  /** Streams end before the server waits for its connections. */
  beforeApplicationShutdown(): void {
    this.streams.stop();
    this.hub.stop();
    this.signals.stop();
  }
}

/** Injects `EventHub` (events of submissions), `Signals` (of the control channel), `EventStreams` (SSE). */
@Global()
@Module({
  providers: [
    {
      provide: EventHub,
      inject: [DATABASE, LISTENER],
      useFactory: (db: Kysely<Database>, listener: Subscribable) => {
        const logger = new Logger('events');
        return new EventHub(db, listener, {
          onError: (error) => logger.warn({ event: 'events-not-read', error }),
        });
      },
    },
    {
      provide: Signals,
      inject: [LISTENER],
      useFactory: (listener: Subscribable) => new Signals(listener, CONTROL_CHANNEL),
    },
    { provide: EventStreams, useFactory: () => new EventStreams() },
    EventsStopper,
  ],
  exports: [EventHub, Signals, EventStreams],
})
export class EventsModule {}
