/**
 * A process that runs an execution with each driver, and is then killed by `both-drivers.test.ts`.
 * Argument: data directory. Says `running DRIVER` when a program is, and `launcher PID`.
 */
import { createContext } from '../../../src/cli/context.js';
import { openJudgingEngine } from '../../../src/cli/judging-engine.js';
import { SILENT } from '../../../src/cli/progress.js';
import type { Spool } from '../../../src/judging/ports.js';
import { LIMITS, shell } from '../../contracts/sandbox-trial.js';

/** Kept, so that they stay open. */
const spools: Spool[] = [];
const [dataDirectory = ''] = process.argv.slice(2);
const context = await createContext({}, new AbortController().signal);
const { MINOS_TEST_BASE: base = context.config.images.base } = process.env;

for (const driver of ['native', 'docker'] as const) {
  const { config } = context;
  const engine = await openJudgingEngine({
    ...context,
    progress: SILENT,
    config: {
      ...config,
      dataDirectory,
      images: { ...config.images, base },
      sandbox: { ...config.sandbox, driver },
    },
  });
  const { sandbox, scratch } = engine.ports;
  sandbox.prepare({ toolchain: 'bash', limits: LIMITS, stagedBytes: 0 }, 1);
  const spool = await scratch.open();
  await spool.write(Buffer.from('team output'));
  spools.push(spool);
  const running = Promise.withResolvers<undefined>();
  void sandbox.execute(shell('echo running; sleep 100', { limits: { wallTimeMs: 100_000 } }), {
    stdout: { write: () => running.resolve(undefined) },
    stderr: { write: () => undefined },
  });
  await running.promise;
  if (engine.native) console.log(`launcher ${String((await engine.native.launchers())[0])}`);
  console.log(`running ${driver}`);
}
