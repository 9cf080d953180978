import type { ByteSink } from '../bytes.js';
import type { ComparisonResult } from './comparison-result.js';

/** Takes team output as it comes. */
export interface OutputComparison extends ByteSink, AsyncDisposable {
  /** Call once, when all of the output has been written. */
  finish(): Promise<ComparisonResult>;
}
