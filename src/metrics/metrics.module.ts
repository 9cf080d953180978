import {
  Inject,
  Injectable,
  Logger,
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Kysely } from 'kysely';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';
import { EventStreams } from '../events/event-streams.js';
import { QUEUE } from '../queue/queue.module.js';
import type { Queue } from '../queue/queue.js';
import { measureRequests, type HookedServer } from './http-latency.js';
import { JudgementMeter } from './judgement-meter.js';
import { MetricsController } from './metrics.controller.js';
import { ServiceGauges } from './service-gauges.js';

const READ_EVERY_MS = 15_000;

/** Measures while the application runs, whether somebody asks or not. */
@Injectable()
class Measuring implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger('metrics');
  #timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(Registry) private readonly registry: Registry,
    @Inject(JudgementMeter) private readonly meter: JudgementMeter,
    @Inject(EventStreams) private readonly streams: EventStreams,
  ) {}

  onModuleInit(): void {
    measureRequests(this.host.httpAdapter.getInstance<HookedServer>(), this.registry);
    const { streams } = this;
    new Gauge({
      name: 'minos_event_streams',
      help: 'Event streams that are open.',
      registers: [this.registry],
      collect() {
        this.set(streams.size);
      },
    });
  }

  onApplicationBootstrap(): void {
    const read = (): void => {
      this.meter
        .read()
        .catch((error: unknown) => this.#logger.warn({ event: 'judgements-not-counted', error }));
    };
    read();
    this.#timer = setInterval(read, READ_EVERY_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.#timer);
  }
}

@Module({})
export class MetricsModule {
  /** @param languages Ids that may become labels. */
  static register(languages: readonly string[]): DynamicModule {
    return {
      module: MetricsModule,
      controllers: [MetricsController],
      providers: [
        {
          provide: Registry,
          useFactory: () => {
            const registry = new Registry();
            collectDefaultMetrics({ register: registry });
            return registry;
          },
        },
        {
          provide: JudgementMeter,
          inject: [DATABASE, Registry],
          useFactory: (db: Kysely<Database>, registry: Registry) =>
            new JudgementMeter(db, registry, languages),
        },
        {
          provide: ServiceGauges,
          inject: [DATABASE, QUEUE, Registry],
          useFactory: (db: Kysely<Database>, queue: Queue, registry: Registry) =>
            new ServiceGauges(db, queue, registry),
        },
        Measuring,
      ],
    };
  }
}
