import { Controller, Get, Sse } from '@nestjs/common';
import { EMPTY, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Authenticated, Public, Scopes } from '../../../src/accounts/access.js';
import { undeclaredHandlers } from '../../../src/accounts/access-proof.js';

@Controller()
class DeclaredController {
  @Public()
  @Get('a')
  public(): string {
    return this.notAHandler();
  }

  @Get('b')
  @Authenticated()
  authenticated(): string {
    return this.notAHandler();
  }

  @Scopes('submissions:read', 'submissions:read-all')
  @Sse('c')
  events(): Observable<never> {
    return EMPTY;
  }

  notAHandler(): string {
    return '';
  }
}

@Controller()
class BaseController {
  @Get('base')
  inherited(): string {
    return '';
  }
}

@Controller()
class OpenController extends BaseController {
  @Sse('events')
  events(): Observable<never> {
    return EMPTY;
  }
}

describe('the proof of access', () => {
  it('is content with handlers that say who may call them', () => {
    expect(undeclaredHandlers(DeclaredController)).toEqual([]);
  });

  it('names every handler that does not, inherited ones and streams too', () => {
    expect(undeclaredHandlers(OpenController)).toEqual([
      'OpenController.events',
      'OpenController.inherited',
    ]);
  });
});
