import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { RateLimitConfig } from '../config/config.js';
import { AccessGuard } from './access.guard.js';
import { AccessProof } from './access-proof.js';
import { AccountStore } from './account-store.js';
import { AccountsController } from './accounts.controller.js';
import { Authenticator } from './authenticator.js';
import { RATE_LIMITS, RequestGate } from './request-gate.js';
import { SignIn } from './sign-in.js';
import { SignInController } from './sign-in.controller.js';
import { TokenStore } from './token-store.js';
import { TokensController } from './tokens.controller.js';

@Module({})
export class AccountsModule {
  static register(limits: RateLimitConfig): DynamicModule {
    return {
      module: AccountsModule,
      controllers: [SignInController, AccountsController, TokensController],
      providers: [
        AccessProof,
        AccountStore,
        Authenticator,
        RequestGate,
        SignIn,
        TokenStore,
        { provide: RATE_LIMITS, useValue: limits },
        { provide: APP_GUARD, useClass: AccessGuard },
      ],
    };
  }
}
