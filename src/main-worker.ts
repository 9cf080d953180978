import { openBlobs } from './blobs/open-blobs.js';
import { openDoor } from './cli/service/door.js';
import { tellSupervisor } from './cli/service/supervisor-channel.js';
import { workerFacts } from './cli/service/worker-facts.js';
import { openJudgingEngine } from './cli/judging-engine.js';
import { createLog } from './logs/create-log.js';
import { serveProcessMetrics } from './metrics/serve-process-metrics.js';
import { runWorker } from './worker/run-worker.js';

/** The door of a worker: it judges what waits in the queue. */
await openDoor(async (context) => {
  const { config, databaseUrl, languages, environment, signal } = context;
  const log = createLog({ process: 'worker', level: config.logs.level });
  const progress = {
    step: (text: string) => log.info('progress', { text }),
    detail: () => undefined,
    note: (text: string) => log.warn('progress', { text }),
    print: (text: string) => log.info('progress', { text }),
    end: () => undefined,
  };
  const { workerHost, workerPort } = config.metrics;
  await using _metrics =
    workerPort === undefined ? undefined : await serveProcessMetrics(workerHost, workerPort);
  await runWorker(
    {
      config,
      databaseUrl,
      blobs: await openBlobs(config.blobs, environment),
      languages,
      log,
      facts: await workerFacts(context),
      openEngine: (onStuck) => openJudgingEngine({ ...context, progress }, { onStuck }),
      onReady: () => tellSupervisor({ type: 'ready' }),
    },
    signal,
  );
});
