import { setTimeout as sleep } from 'node:timers/promises';
import {
  findPostgres,
  startPostgres,
  type EmbeddedPostgres,
} from '../../database/embedded/embedded-postgres.js';
import { JudgeError } from '../../errors.js';
import type { CliContext } from '../context.js';
import { prepareDataDirectory } from '../data-directory.js';
import { configuredDatabase } from './configured-database.js';
import { lockData } from './data-lock.js';
import { readRunningNote } from './running-note.js';

/** The database for as long as a command needs it. */
export interface ServiceDatabase {
  /** In the form of DATABASE_URL. */
  readonly url: string;
  /** The server that was started or taken over here, and ends with the command. */
  readonly server?: EmbeddedPostgres;
  release(): Promise<void>;
}

const JOIN_DEADLINE_MS = 60_000;
const JOIN_POLL_MS = 200;

/**
 * The server that the operator names, else our own: started here, or that of the Minos which has it.
 * @param alone a command that must not join another Minos: it is an error that one runs.
 */
export async function openServiceDatabase(
  context: CliContext,
  { alone }: { readonly alone: boolean },
): Promise<ServiceDatabase> {
  const { config, progress, signal } = context;
  const configured = configuredDatabase(context);
  await prepareDataDirectory(config.dataDirectory);
  if (configured !== undefined && !alone) return { url: configured, release: nothing };
  const lock = await lockData(config.dataDirectory);
  if (lock === undefined) {
    if (alone) throw await runsAlready(config.dataDirectory);
    return { url: await joinServer(config.dataDirectory, signal), release: nothing };
  }
  const unlock = () => lock[Symbol.asyncDispose]();
  if (configured !== undefined) return { url: configured, release: unlock };
  try {
    progress.step('starting the database');
    const server = await startPostgres({
      dataDirectory: config.dataDirectory,
      onStep: (text) => progress.step(text),
      signal,
    });
    if (server.isNew) progress.note(`the database is kept in ${server.home.data}`);
    const release = async () => {
      await server.stop();
      await unlock();
    };
    return { url: server.url, server, release };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** Another Minos has it, or is about to. */
async function joinServer(dataDirectory: string, signal: AbortSignal): Promise<string> {
  const giveUpAt = Date.now() + JOIN_DEADLINE_MS;
  for (;;) {
    const url = await findPostgres(dataDirectory);
    if (url !== undefined) return url;
    signal.throwIfAborted();
    if (Date.now() > giveUpAt) {
      throw new JudgeError(
        'database-unavailable',
        'another Minos has the database of this data directory, and does not start it',
      );
    }
    await sleep(JOIN_POLL_MS);
  }
}

async function runsAlready(dataDirectory: string): Promise<JudgeError> {
  const note = await readRunningNote(dataDirectory);
  const where = note?.url === undefined ? '' : ` at ${note.url}`;
  const who = note === undefined ? '' : ` (process ${note.pid})`;
  return new JudgeError('already-running', `Minos runs already${where}${who} on ${dataDirectory}`, {
    details: ['Stop that one first, or state another data_directory in a configuration.'],
  });
}

function nothing(): Promise<void> {
  return Promise.resolve();
}
