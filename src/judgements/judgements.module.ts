import { Module } from '@nestjs/common';
import { JudgementsController } from './judgements.controller.js';
import { JudgementsRepository } from './judgements.repository.js';

@Module({
  controllers: [JudgementsController],
  providers: [JudgementsRepository],
  exports: [JudgementsRepository],
})
export class JudgementsModule {}
