import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Registry } from 'prom-client';
import { Scopes } from '../accounts/access.js';
import { JudgementMeter } from './judgement-meter.js';
import { ServiceGauges } from './service-gauges.js';

@ApiTags('health')
@Controller()
export class MetricsController {
  constructor(
    @Inject(Registry) private readonly registry: Registry,
    @Inject(JudgementMeter) private readonly meter: JudgementMeter,
    @Inject(ServiceGauges) private readonly gauges: ServiceGauges,
  ) {}

  @Scopes('metrics:read')
  @Get('metrics')
  @Header('content-type', Registry.PROMETHEUS_CONTENT_TYPE)
  @ApiOperation({
    summary: 'Metrics, in the text format of Prometheus',
    description:
      'The queue, workers, judgements and outbox are those of the whole service, requests and `process_…` those of the process that answers.',
  })
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string' } } } })
  async metrics(): Promise<string> {
    await Promise.all([this.gauges.refresh(), this.meter.read()]);
    return await this.registry.metrics();
  }
}
