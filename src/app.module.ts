import { Module, type DynamicModule } from '@nestjs/common';
import { AccountsModule } from './accounts/accounts.module.js';
import type { Config } from './config/config.js';
import { DatabaseModule } from './database/database.module.js';
import type { DatabaseOptions } from './database/database.js';
import { HealthModule } from './health/health.module.js';
import { HttpModule } from './http/http.module.js';
import type { Language } from './judging/language.js';
import { LanguagesModule } from './languages/languages.module.js';

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
    return {
      module: AppModule,
      imports: [
        HttpModule,
        DatabaseModule.register(database),
        AccountsModule.register(config.http.rateLimit),
        HealthModule,
        LanguagesModule.register(languages),
      ],
    };
  }
}
