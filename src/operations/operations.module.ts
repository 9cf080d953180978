import { Module, type DynamicModule } from '@nestjs/common';
import { LanguageRegistry } from '../languages/language-registry.js';
import { AlertsController } from './alerts.controller.js';
import { DisabledPartsController } from './disabled-parts.controller.js';
import { QueueController } from './queue.controller.js';
import { WorkersController } from './workers.controller.js';

@Module({})
export class OperationsModule {
  static register(languages: LanguageRegistry): DynamicModule {
    return {
      module: OperationsModule,
      controllers: [QueueController, WorkersController, DisabledPartsController, AlertsController],
      providers: [{ provide: LanguageRegistry, useValue: languages }],
    };
  }
}
