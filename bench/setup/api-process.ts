import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { AppModule } from '../../src/app.module.js';
import { loadConfig } from '../../src/config/load-config.js';
import { createApp } from '../../src/http/create-app.js';
import { createLog } from '../../src/logs/create-log.js';
import { readLanguages } from '../../src/languages/read-languages.js';

/** The API of a bench: the arguments are the database and a directory; it tells its URL its parent. */
const [databaseUrl = '', dataDirectory = ''] = process.argv.slice(2);
const shipped = loadConfig(
  fileURLToPath(new URL('../../../../judge.config.yaml', import.meta.url)),
);
const http = {
  ...shipped.http,
  rateLimit: {
    tokenPerMinute: 'off',
    anonymousPerMinute: 'off',
    failedTokensPerMinute: 'off',
    signInPerMinute: 'off',
  },
} as const;
const config = {
  ...shipped,
  http,
  dataDirectory,
  blobs: { directory: join(dataDirectory, 'blobs') },
};
const languages = readLanguages(config.languages, config.file);
const app = await createApp(
  AppModule.register({ config, database: { url: databaseUrl }, languages }),
  http,
  createLog({ process: 'api', level: 'info' }),
);
await app.listen(0, '127.0.0.1');
process.send?.(await app.getUrl());
process.once('SIGTERM', () => {
  void app.close().then(() => process.disconnect());
});
