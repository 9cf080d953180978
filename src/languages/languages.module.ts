import { Module, type DynamicModule } from '@nestjs/common';
import type { Language } from '../judging/language.js';
import { LANGUAGES, LanguagesController } from './languages.controller.js';

@Module({})
export class LanguagesModule {
  static register(languages: readonly Language[]): DynamicModule {
    return {
      module: LanguagesModule,
      controllers: [LanguagesController],
      providers: [{ provide: LANGUAGES, useValue: languages }],
    };
  }
}
