import type { ExecutionRequest } from '../../src/judging/execution.js';
import type { BenchEngine } from '../setup/engine.js';
import { executeInTurn } from '../setup/program.js';
import type { Runner } from './runner.js';

/** A driver of ours. Docker's processes are the daemon's, and cannot be told from others'. */
export function throughDriver(engine: BenchEngine, request: ExecutionRequest): Runner {
  return {
    name: `${engine.driver} driver`,
    async run(count) {
      await executeInTurn(engine.ports.sandbox, request, count);
      return {};
    },
    processes: () => engine.launchers(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
