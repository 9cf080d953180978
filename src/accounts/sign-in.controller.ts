import { Body, Controller, Get, Inject, Ip, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblemResponses } from '../http/openapi/api-problem-responses.js';
import { Authenticated, CurrentAccount, Public } from './access.js';
import { MeDto, toMeDto } from './account.dto.js';
import type { Principal } from './principal.js';
import { LimitedAsSignIn } from './request-gate.js';
import { SignIn } from './sign-in.js';
import { SignedInDto, SignInDto, toSignedInDto } from './token.dto.js';

@ApiTags('accounts')
@Controller('api/v1')
export class SignInController {
  readonly #signIn: SignIn;

  constructor(@Inject(SignIn) signIn: SignIn) {
    this.#signIn = signIn;
  }

  @Public()
  @LimitedAsSignIn()
  @Post('sign-in')
  @ApiOperation({ summary: 'Exchange a one-time secret for a token' })
  @ApiCreatedResponse({ type: SignedInDto })
  @ApiProblemResponses('unauthorized')
  async signIn(@Body() { secret }: SignInDto, @Ip() address: string): Promise<SignedInDto> {
    return toSignedInDto(await this.#signIn.exchange(secret, address));
  }

  @Authenticated()
  @Get('me')
  @ApiOperation({ summary: 'The account and scopes of the token that is used' })
  @ApiOkResponse({ type: MeDto })
  me(@CurrentAccount() principal: Principal): MeDto {
    return toMeDto(principal);
  }
}
