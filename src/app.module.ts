import { join } from 'node:path';
import { Module, type DynamicModule } from '@nestjs/common';
import { AccountsModule } from './accounts/accounts.module.js';
import { BlobsModule } from './blobs/blobs.module.js';
import type { Config } from './config/config.js';
import { CustomRunsModule } from './custom-runs/custom-runs.module.js';
import type { DatabaseOptions } from './database/database.js';
import { DatabaseModule } from './database/database.module.js';
import { EventsModule } from './events/events.module.js';
import { HealthModule } from './health/health.module.js';
import { HttpModule } from './http/http.module.js';
import type { Language } from './judging/language.js';
import { LanguageRegistry } from './languages/language-registry.js';
import { LanguagesModule } from './languages/languages.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { OperationsModule } from './operations/operations.module.js';
import { ProblemsModule } from './problems/problems.module.js';
import { QueueModule } from './queue/queue.module.js';
import { SubmissionsModule } from './submissions/submissions.module.js';
import { RejudgingsModule } from './rejudgings/rejudgings.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** What the door knows, and the rooms share. */
export interface AppParts {
  readonly config: Config;
  readonly database: DatabaseOptions;
  readonly languages: readonly Language[];
}

/** The list of feature modules. */
@Module({})
export class AppModule {
  static register({ config, database, languages }: AppParts): DynamicModule {
    const registry = new LanguageRegistry(languages);
    const submissions = SubmissionsModule.register({
      languages: registry,
      unpackDirectory: join(config.dataDirectory, 'sources'),
    });
    return {
      module: AppModule,
      imports: [
        HttpModule,
        DatabaseModule.register(database),
        AccountsModule.register(config.http.rateLimit),
        HealthModule,
        EventsModule,
        QueueModule,
        BlobsModule.register(config.blobs),
        submissions,
        CustomRunsModule.register(submissions, config.limits.codeBytes),
        ProblemsModule.register({
          context: {
            languages: registry,
            defaultLimits: config.limits,
          },
          uploadDirectory: join(config.dataDirectory, 'uploads'),
        }),
        RejudgingsModule,
        OperationsModule.register(registry),
        LanguagesModule.register(languages),
        WebhooksModule.register(config.webhooks),
        MetricsModule.register(languages.map(({ id }) => id)),
      ],
    };
  }
}
