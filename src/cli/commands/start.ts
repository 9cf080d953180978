import type { CliContext } from '../context.js';

export interface StartOptions {
  readonly host?: string;
  readonly port?: number;
}

/** Serves the HTTP API until Ctrl-C or SIGTERM. */
export async function start(options: StartOptions, context: CliContext): Promise<number> {
  const { config, environment, languages, signal } = context;
  // Nest is loaded for this command only: the others start in a tenth of the time without.
  const [{ AppModule }, { serve }] = await Promise.all([
    import('../../app.module.js'),
    import('../../http/serve.js'),
  ]);
  const http = { ...config.http, ...options };
  const database = { url: environment['DATABASE_URL'] ?? 'postgresql:///minos' };
  const parts = { config, database, languages: languages.languages };
  await serve(AppModule.register(parts), http, signal);
  return 0;
}
