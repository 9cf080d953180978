import { ApiPropertyOptional } from '@nestjs/swagger';
import { Optional } from '../http/optional.js';
import { WholeNumber } from '../http/whole-number.js';
import type { VerdictView } from '../judgements/verdict-view.js';
import { ApiView, IsView } from '../judgements/view.query.js';

/** Longest that a request may wait, in seconds. */
const MOST_WAIT_S = 60;

export class WaitQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: MOST_WAIT_S,
    default: 0,
    description: 'Seconds to wait for the end. Whatever there is then is the answer.',
  })
  @Optional()
  @WholeNumber({ min: 0, max: MOST_WAIT_S })
  readonly wait: number = 0;
}

export class ViewedWaitQuery extends WaitQuery {
  @ApiView()
  @IsView()
  readonly view: VerdictView = 'detailed';
}
