import {
  Inject,
  Injectable,
  Logger,
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import type { Kysely } from 'kysely';
import type { WebhooksConfig } from '../config/config.js';
import { DATABASE, LISTENER } from '../database/database.module.js';
import type { Database } from '../database/schema.js';
import type { Subscribable } from '../events/signals.js';
import { DeliveriesController } from './deliveries.controller.js';
import { WebhookDispatcher } from './dispatcher.js';
import { WebhookSender } from './webhook-sender.js';
import { WebhooksController } from './webhooks.controller.js';

/** Dispatches while the application runs. */
@Injectable()
class Dispatching implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #dispatcher: WebhookDispatcher;

  constructor(
    @Inject(DATABASE) db: Kysely<Database>,
    @Inject(LISTENER) listener: Subscribable,
    @Inject(WebhookSender) sender: WebhookSender,
  ) {
    const logger = new Logger('webhooks');
    this.#dispatcher = new WebhookDispatcher({
      db,
      listener,
      send: (target, signal) => sender.send(target, signal),
      log: {
        info: (fields) => logger.log(fields),
        warn: (fields) => logger.warn(fields),
      },
    });
  }

  onApplicationBootstrap(): void {
    this.#dispatcher.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#dispatcher.stop();
  }
}

@Module({})
export class WebhooksModule {
  static register(config: WebhooksConfig): DynamicModule {
    return {
      module: WebhooksModule,
      controllers: [WebhooksController, DeliveriesController],
      providers: [
        { provide: WebhookSender, useFactory: () => new WebhookSender(config) },
        Dispatching,
      ],
    };
  }
}
