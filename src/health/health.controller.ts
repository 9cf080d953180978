import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '../accounts/access.js';
import { ApiProblemResponses } from '../http/openapi/api-problem-responses.js';
import { HealthDto } from './health.dto.js';
import { Readiness } from './readiness.js';

@ApiTags('health')
@Controller()
export class HealthController {
  constructor(@Inject(Readiness) private readonly readiness: Readiness) {}

  @Public()
  @Get('healthz')
  @ApiOperation({ summary: 'Is the process alive?' })
  @ApiOkResponse({ type: HealthDto })
  alive(): HealthDto {
    return { status: 'ok' };
  }

  @Public()
  @Get('readyz')
  @ApiOperation({
    summary: 'May requests be sent here?',
    description: 'Not while the database does not answer or has old tables, nor while it stops.',
  })
  @ApiOkResponse({ type: HealthDto })
  @ApiProblemResponses('aborted', 'database-unavailable')
  async ready(): Promise<HealthDto> {
    await this.readiness.check();
    return { status: 'ok' };
  }
}
