import { Module, type DynamicModule } from '@nestjs/common';
import { CustomRunsController } from './custom-runs.controller.js';
import { CustomRunsRepository } from './custom-runs.repository.js';
import { CODE_LIMIT, CustomRunsService } from './custom-runs.service.js';

@Module({})
export class CustomRunsModule {
  /** @param submissions the module as it is registered: what reads programs is the same. */
  static register(submissions: DynamicModule, codeLimitBytes: number): DynamicModule {
    return {
      module: CustomRunsModule,
      imports: [submissions],
      controllers: [CustomRunsController],
      providers: [
        CustomRunsRepository,
        CustomRunsService,
        { provide: CODE_LIMIT, useValue: codeLimitBytes },
      ],
    };
  }
}
