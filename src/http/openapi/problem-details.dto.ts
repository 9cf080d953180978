import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ERROR_CATALOGUE } from '../../errors.js';
import type { ProblemDetails } from '../problem-details.js';

/** Problem details (RFC 9457), for the document. */
export class ProblemDetailsDto implements ProblemDetails {
  @ApiProperty({ enum: ['about:blank'], type: 'string' })
  readonly type!: 'about:blank';

  @ApiProperty({ description: 'What the code means, for people.' })
  readonly title!: string;

  @ApiProperty({ type: 'integer', minimum: 400, maximum: 599 })
  readonly status!: number;

  @ApiProperty({
    enum: Object.keys(ERROR_CATALOGUE),
    type: 'string',
    description: 'Stable: what programs decide by.',
  })
  readonly code!: ProblemDetails['code'];

  @ApiProperty({ description: 'What is wrong with this request.' })
  readonly detail!: string;

  @ApiProperty({ description: 'Path of the request.' })
  readonly instance!: string;

  @ApiPropertyOptional({
    type: [String],
    description: 'Each part of the request that is wrong.',
  })
  readonly errors?: readonly string[];
}
