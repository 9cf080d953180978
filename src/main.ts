import { AppModule } from './app.module.js';
import { openDoor } from './cli/service/door.js';
import { tellSupervisor } from './cli/service/supervisor-channel.js';
import { serve } from './http/serve.js';
import { createLog } from './logs/create-log.js';

/** The door of the HTTP API. `minos start` opens it, or a process manager. */
await openDoor(async ({ config, databaseUrl, http, languages, signal }) => {
  const parts = { config, database: { url: databaseUrl }, languages: languages.languages };
  await serve(AppModule.register(parts), {
    http: { ...config.http, ...http },
    log: createLog({ process: 'api', level: config.logs.level }),
    signal,
    onListening: (url) => tellSupervisor({ type: 'ready', url }),
  });
});
