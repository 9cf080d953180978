import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import {
  findPostgres,
  startPostgres,
  type EmbeddedPostgres,
} from '../../../src/database/embedded/embedded-postgres.js';
import { query } from '../../fixtures/query.js';

const isRoot = process.getuid?.() === 0;
const servers: EmbeddedPostgres[] = [];
const directories: string[] = [];

/** @param mode 0o700 keeps the server's user out, where that is not ourselves. */
async function dataDirectory(mode = 0o755): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'minos-postgres-test-'));
  await chmod(directory, mode);
  directories.push(directory);
  return directory;
}

async function start(directory: string): Promise<EmbeddedPostgres> {
  const server = await startPostgres({ dataDirectory: directory });
  servers.push(server);
  return server;
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    await server.stop();
    await rm(dirname(server.home.data), { recursive: true, force: true });
  }
  for (const directory of directories.splice(0))
    await rm(directory, { recursive: true, force: true });
});

const count = async (url: string) =>
  (await query<{ n: number }>(url, 'select count(*)::integer as n from kept'))[0]?.n;

describe('startPostgres', () => {
  it('makes a database, stops it without a trace, and finds everything again', async () => {
    const directory = await dataDirectory();
    const first = await start(directory);
    expect(first.home.data).toBe(join(directory, 'postgres'));
    await query(first.url, 'create table kept as select 1 as x');
    await first.stop();
    expect(await first.isAlive()).toBe(false);
    expect(await findPostgres(directory)).toBeUndefined();
    const second = await start(directory);
    expect(await count(second.url)).toBe(1);
    expect(await findPostgres(directory)).toBe(second.url);
  });

  it('takes over a server that lives', async () => {
    const directory = await dataDirectory();
    const first = await start(directory);
    const second = await start(directory);
    expect(second.pid).toBe(first.pid);
    expect(second.url).toBe(first.url);
  });

  it('starts at once after kill -9, while processes of the killed one are busy', async () => {
    const directory = await dataDirectory();
    const first = await start(directory);
    await query(first.url, 'create table kept as select 1 as x');
    const busy = new Client({ connectionString: first.url });
    busy.on('error', () => undefined);
    await busy.connect();
    const sleeping = busy.query('select pg_sleep(600)').catch(() => 'ended');
    process.kill(first.pid, 'SIGKILL');
    const second = await start(directory);
    expect(second.pid).not.toBe(first.pid);
    expect(await count(second.url)).toBe(1);
    expect(await sleeping).toBe('ended');
  });

  it.runIf(isRoot)(
    'keeps the data elsewhere when the server cannot get at the directory',
    async () => {
      const directory = await dataDirectory(0o700);
      const first = await start(directory);
      expect(first.home.data).not.toContain(directory);
      await first.stop();
      // Where the data are once, they stay.
      await chmod(directory, 0o755);
      expect((await start(directory)).home).toEqual(first.home);
    },
  );

  it('finds a short place for the socket when the path of the data is long', async () => {
    const directory = join(await dataDirectory(), 'x'.repeat(120));
    await mkdir(directory);
    const first = await start(directory);
    expect(await query(first.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    const socketDirectory = new URL(first.url).searchParams.get('host') ?? '';
    expect((await stat(socketDirectory)).mode & 0o777).toBe(0o700);
    await first.stop();
    // Clients that know the address find the server again.
    expect((await start(directory)).url).toBe(first.url);
    await rm(socketDirectory, { recursive: true });
  });

  it.runIf(isRoot)('lets no other user of the machine in', async () => {
    const { url, home } = await start(await dataDirectory());
    const socket = join(new URL(url).searchParams.get('host') ?? '', '.s.PGSQL.5432');
    const script = `require('net').connect(${JSON.stringify(socket)})
      .on('connect', () => console.log('in')).on('error', (e) => console.log(e.code))`;
    // A user that exists everywhere, and that is not the server's.
    const answer = await promisify(execFile)(process.execPath, ['-e', script], { uid: 1, gid: 1 });
    expect(answer.stdout.trim()).toBe('EACCES');
    expect(await readFile(join(home.data, 'pg_hba.conf'), 'utf8')).toBe(
      'local all minos peer map=minos\n',
    );
  });

  it('refuses the data of another version in one clear line, and leaves them alone', async () => {
    const directory = await dataDirectory();
    const { home, stop } = await start(directory);
    await stop();
    await writeFile(join(home.data, 'PG_VERSION'), '17\n');
    await expect(startPostgres({ dataDirectory: directory })).rejects.toMatchObject({
      code: 'database-unavailable',
      message: expect.stringContaining('was written by PostgreSQL 17') as string,
    });
    await writeFile(join(home.data, 'PG_VERSION'), '18\n');
  });

  it('says what the server said when it does not start', async () => {
    const directory = await dataDirectory();
    const { home, stop } = await start(directory);
    await stop();
    await rm(join(home.data, 'global/pg_control'));
    const failure = await startPostgres({ dataDirectory: directory }).catch((e: unknown) => e);
    expect(failure).toMatchObject({ code: 'database-unavailable' });
    expect((failure as Error).message).toMatch(/^PostgreSQL does not start: .*pg_control/);
  });

  it('sweeps what a crash left of a database that was never finished', async () => {
    const directory = await dataDirectory();
    await mkdir(join(directory, 'postgres.new-1'));
    await start(directory);
    expect((await readdir(directory)).filter((name) => name.includes('.new-'))).toEqual([]);
  });
});
