import { resolve } from 'node:path';
import { loadConfig } from '../../src/config/load-config.js';
import type { ProblemLimits } from '../../src/judging/limits.js';

/** Of a problem that states only its time, and one that a busy machine lets pass. */
export function benchLimits(): ProblemLimits {
  return { ...loadConfig(resolve('judge.config.yaml')).limits, cpuTimeMs: 5000 };
}
