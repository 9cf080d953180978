import { Module } from '@nestjs/common';
import { AlertsController } from './alerts.controller.js';
import { DisabledPartsController } from './disabled-parts.controller.js';
import { QueueController } from './queue.controller.js';
import { WorkersController } from './workers.controller.js';

@Module({
  controllers: [QueueController, WorkersController, DisabledPartsController, AlertsController],
})
export class OperationsModule {}
