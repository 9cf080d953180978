import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostedProgram, Runner } from './runner.js';

const NS_PER_S = 1e9;
const MIB = 2 ** 20;
const CGROUPS = '/sys/fs/cgroup';
const START_ATTEMPTS = 100;
const START_POLL_MS = 100;

/**
 * go-judge (github.com/criyle/go-judge) over its REST interface, on one connection: one container,
 * which it uses again and again, and the program in its file store.
 */
export async function openGoJudge(
  binary: string,
  directory: string,
  program: HostedProgram,
): Promise<Runner> {
  const port = await freePort();
  const mounts = join(directory, 'mounts.yaml');
  await writeFile(mounts, mountsOf(program.root));
  const cgroups = `minos-bench-${process.pid}`;
  const server = spawn(
    binary,
    [
      ...['-http-addr', `127.0.0.1:${port}`],
      ...['-mount-conf', mounts],
      ...['-cgroup-prefix', cgroups],
      ...['-parallelism', '1'],
      '-no-fallback',
      '-silent',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], cwd: directory },
  );
  const said = text(server.stderr);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const client: Client = { port, agent };
  const close = async (): Promise<void> => {
    agent.destroy();
    await stop(server, cgroups);
  };
  try {
    if (!(await answers(client, server))) throw new Error('go-judge did not start');
    const body = runBody(await upload(client, program));
    return {
      name: 'go-judge',
      async run(count) {
        for (let done = 0; done < count; done += 1) await runOnce(client, body);
        return {};
      },
      processes: () => Promise.resolve([server.pid ?? 0]),
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw new Error(`go-judge: ${await said}`, { cause: error });
  }
}

interface Client {
  readonly port: number;
  readonly agent: Agent;
}

function runBody(fileId: string): string {
  return JSON.stringify({
    cmd: [
      {
        args: ['main'],
        env: ['PATH=/usr/bin'],
        files: [{ content: '' }, { name: 'stdout', max: MIB }, { name: 'stderr', max: 64 * 1024 }],
        cpuLimit: 5 * NS_PER_S,
        clockLimit: 15 * NS_PER_S,
        memoryLimit: 256 * MIB,
        procLimit: 64,
        copyIn: { main: { fileId } },
      },
    ],
  });
}

async function runOnce(client: Client, body: string): Promise<void> {
  const [result] = JSON.parse(await post(client, '/run', 'application/json', body)) as unknown[];
  const { status } = result as { readonly status: string };
  if (status !== 'Accepted') throw new Error(`go-judge: ${JSON.stringify(result)}`);
}

/** @returns the id of the executable in its file store. */
async function upload(client: Client, { directory, name }: HostedProgram): Promise<string> {
  const boundary = 'minos-bench';
  const body = Buffer.concat([
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="main"\r\n` +
        'Content-Type: application/octet-stream\r\n\r\n',
    ),
    await readFile(join(directory, name)),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  const type = `multipart/form-data; boundary=${boundary}`;
  return JSON.parse(await post(client, '/file', type, body)) as string;
}

async function post(
  { port, agent }: Client,
  path: string,
  type: string,
  body: string | Buffer,
): Promise<string> {
  const headers = { 'content-type': type, 'content-length': Buffer.byteLength(body) };
  const sent = request({ host: '127.0.0.1', port, path, method: 'POST', agent, headers });
  const answer = Promise.withResolvers<string>();
  sent.on('error', answer.reject);
  sent.on('response', (response) => {
    text(response).then((said) => {
      if (response.statusCode === 200) answer.resolve(said);
      else answer.reject(new Error(`go-judge: ${String(response.statusCode)} ${said}`));
    }, answer.reject);
  });
  sent.end(body);
  return await answer.promise;
}

async function answers({ port }: Client, server: ChildProcess): Promise<boolean> {
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt += 1) {
    if (server.exitCode !== null) return false;
    const answer = await fetch(`http://127.0.0.1:${port}/version`).catch(() => undefined);
    if (answer?.ok === true) return true;
    await sleep(START_POLL_MS);
  }
  return false;
}

async function stop(server: ChildProcess, cgroups: string): Promise<void> {
  if (server.exitCode === null && server.signalCode === null) {
    const ended = once(server, 'exit');
    server.kill();
    await ended;
  }
  // It leaves them behind in version 1.
  for (const hierarchy of await readdir(CGROUPS)) {
    for (const below of ['api', 'containers', '']) {
      await rmdir(join(CGROUPS, hierarchy, cgroups, below)).catch(() => undefined);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** The image's programs and libraries, and a work directory: what its own example mounts. */
function mountsOf(root: string): string {
  const bind = (source: string, target: string): string =>
    `  - { type: bind, source: ${source}, target: ${target}, readonly: true }`;
  return [
    'mount:',
    bind(join(root, 'usr'), '/usr'),
    bind(join(root, 'usr/lib'), '/lib'),
    bind(join(root, 'usr/lib64'), '/lib64'),
    '  - { type: bind, source: /dev/null, target: /dev/null }',
    '  - { type: tmpfs, target: /w, data: "size=128m,nr_inodes=4k" }',
    '  - { type: tmpfs, target: /tmp, data: "size=128m,nr_inodes=4k" }',
    'proc: true',
    'workDir: /w',
    'hostName: bench',
    'uid: 1536',
    'gid: 1536',
    '',
  ].join('\n');
}
