import { Module } from '@nestjs/common';
import { RejudgingsController } from './rejudgings.controller.js';

@Module({ controllers: [RejudgingsController] })
export class RejudgingsModule {}
