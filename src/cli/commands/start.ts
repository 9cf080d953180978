import { resolve } from 'node:path';
import { JudgeError } from '../../errors.js';
import { ROOT, type CliContext } from '../context.js';
import { prepareService } from '../service/prepare-service.js';
import { removeRunningNote, writeRunningNote } from '../service/running-note.js';
import { openServiceDatabase, type ServiceDatabase } from '../service/service-database.js';
import { SupervisedPostgres } from '../service/supervised-postgres.js';
import { SupervisedProcess } from '../service/supervised-process.js';
import { welcome } from '../service/welcome.js';

export const ROLES = ['all', 'api', 'worker'] as const;
export type Role = (typeof ROLES)[number];

export interface StartOptions {
  readonly role: Role;
  readonly host?: string;
  readonly port?: number;
}

export function parseRole(text: string): Role {
  const role = ROLES.find((one) => one === text);
  if (role === undefined) {
    throw new JudgeError(
      'bad-usage',
      `--role must be ${ROLES.join(', ')}, not ${JSON.stringify(text)}`,
    );
  }
  return role;
}

/**
 * Runs the service until Ctrl-C or SIGTERM: the database unless there is one, the API and a worker,
 * each a process of its own that is started again when it ends.
 */
export async function start(options: StartOptions, context: CliContext): Promise<number> {
  const alone = options.role === 'all';
  const database = await openServiceDatabase(context, { alone });
  try {
    const administrator = await prepareService(database.url, options.role, context);
    return await supervise(options, database, context, (url) =>
      welcome(url, administrator, context),
    );
  } finally {
    context.progress.step('stopping the database');
    await database.release();
  }
}

async function supervise(
  options: StartOptions,
  database: ServiceDatabase,
  context: CliContext,
  onReady: (url: string | undefined) => void,
): Promise<number> {
  const { config, progress, signal } = context;
  const { dataDirectory } = config;
  const hopeless = new AbortController();
  let exitCode = 0;
  let isWelcomed = false;
  const onEnd = (text: string) => progress.note(text);
  const isNoted = options.role === 'all';
  if (isNoted) await writeRunningNote(dataDirectory, { pid: process.pid });
  progress.step('starting the processes');

  const watch =
    database.server && new SupervisedPostgres(database.server, { dataDirectory, onEnd });
  const processes = doorsOf(options, database.url, context).map(
    (door) =>
      new SupervisedProcess({
        ...door,
        onEnd,
        onReady: (url) => {
          // The first that says where it listens, or that listens nowhere because no API is wanted.
          if (isWelcomed || (url === undefined && options.role !== 'worker')) return;
          isWelcomed = true;
          progress.end();
          onReady(url);
          if (isNoted && url !== undefined) {
            void writeRunningNote(dataDirectory, { pid: process.pid, url });
          }
        },
        onHopeless: (code) => {
          exitCode = code;
          hopeless.abort();
        },
      }),
  );
  await aborted(AbortSignal.any([signal, hopeless.signal]));
  progress.step('stopping the processes');
  await Promise.all(processes.map((one) => one.stop()));
  await (await watch?.stop())?.stop();
  if (isNoted) await removeRunningNote(dataDirectory);
  return exitCode;
}

/** Judging makes garbage only: half the memory at the same cost (the wrapper says more). */
const SMALL = ['--max-semi-space-size=4'];

/** The processes of a role, by the doors of the build. */
function doorsOf(options: StartOptions, databaseUrl: string, { config, environment }: CliContext) {
  const shared = ['--config', resolve(config.file)];
  const listening = [
    ...(options.host === undefined ? [] : ['--host', options.host]),
    ...(options.port === undefined ? [] : ['--port', String(options.port)]),
  ];
  const doors = [
    { role: 'api', name: 'API', node: [], script: 'main.js', args: [...shared, ...listening] },
    { role: 'worker', name: 'worker', node: SMALL, script: 'main-worker.js', args: shared },
  ] as const;
  return doors
    .filter(({ role }) => options.role === 'all' || options.role === role)
    .map(({ name, node, script, args }) => ({
      name,
      command: ['--enable-source-maps', ...node, resolve(ROOT, 'dist', script), ...args],
      // Not an argument: those are for everybody to see.
      environment: { ...environment, DATABASE_URL: databaseUrl },
    }));
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
}
