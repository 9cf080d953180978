import { Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR } from '@nestjs/core';
import { IdleCloser } from './idle-closer.js';
import { PageInterceptor } from './page.interceptor.js';
import { ProblemDetailsFilter } from './problem-details.filter.js';

@Module({
  providers: [
    IdleCloser,
    { provide: APP_FILTER, useClass: ProblemDetailsFilter },
    { provide: APP_INTERCEPTOR, useClass: PageInterceptor },
  ],
})
export class HttpModule {}
