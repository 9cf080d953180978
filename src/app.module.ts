import { Module, type DynamicModule } from '@nestjs/common';
import { HttpModule } from './http/http.module.js';
import type { Language } from './judging/language.js';
import { LanguagesModule } from './languages/languages.module.js';

export interface AppParts {
  readonly languages: readonly Language[];
}

/** The list of feature modules. */
@Module({})
export class AppModule {
  static register({ languages }: AppParts): DynamicModule {
    return { module: AppModule, imports: [HttpModule, LanguagesModule.register(languages)] };
  }
}
