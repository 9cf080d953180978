import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { RateLimitConfig } from '../config/config.js';
import { AccessGuard } from './access.guard.js';
import { AccessProof } from './access-proof.js';
import { Authenticator } from './authenticator.js';
import { RATE_LIMITS, RequestGate } from './request-gate.js';

@Module({})
export class AccountsModule {
  static register(limits: RateLimitConfig): DynamicModule {
    return {
      module: AccountsModule,
      providers: [
        AccessProof,
        Authenticator,
        RequestGate,
        { provide: RATE_LIMITS, useValue: limits },
        { provide: APP_GUARD, useClass: AccessGuard },
      ],
    };
  }
}
