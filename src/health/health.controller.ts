import {
  Controller,
  Get,
  ServiceUnavailableException,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import {
  ApiOkResponse,
  ApiOperation,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import { Public } from '../accounts/access.js';
import { HealthDto } from './health.dto.js';

@ApiTags('health')
@Controller()
export class HealthController implements BeforeApplicationShutdown {
  #stopping = false;

  @Public()
  @Get('healthz')
  @ApiOperation({ summary: 'Is the process alive?' })
  @ApiOkResponse({ type: HealthDto })
  alive(): HealthDto {
    return { status: 'ok' };
  }

  @Public()
  @Get('readyz')
  @ApiOperation({ summary: 'May requests be sent here?' })
  @ApiOkResponse({ type: HealthDto })
  @ApiServiceUnavailableResponse({ description: 'The process is stopping.' })
  ready(): HealthDto {
    if (this.#stopping) throw new ServiceUnavailableException();
    return { status: 'ok' };
  }

  beforeApplicationShutdown(): void {
    this.#stopping = true;
  }
}
