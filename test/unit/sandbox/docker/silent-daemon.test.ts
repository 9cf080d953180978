import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DockerClient } from '../../../../src/sandbox/docker/docker-client.js';

/** Of what the daemon says before it is killed. */
const HEAD = '{"Version":';

describe('a daemon that dies in the midst of an answer', () => {
  let directory: string;
  let server: Server;
  let client: DockerClient;
  const died = Promise.withResolvers<undefined>();
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'minos-daemon-'));
    server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(HEAD, () => {
        response.socket?.destroy();
        died.resolve(undefined);
      });
    });
    const path = join(directory, 'docker.sock');
    server.listen(path);
    await once(server, 'listening');
    client = new DockerClient({
      host: `unix://${path}`,
      deadlines: { queryMs: 300, actionMs: 300, removalMs: 300 },
    });
  });
  afterEach(async () => {
    server.close();
    await rm(directory, { recursive: true });
  });

  it('keeps nobody waiting beyond the deadline', async () => {
    await expect(client.version()).rejects.toThrow(/Docker could not version/);
    await expect(client.create('name', {})).rejects.toThrow(/Docker could not create/);
  });

  it('lets go of who waits for a container, when he gives up', async () => {
    const controller = new AbortController();
    const exit = client.waitForExit('some', controller.signal);
    exit.catch(() => undefined);
    await died.promise;
    // The connection is gone by now, and dockerode has nothing left to abort.
    await new Promise((resolve) => setTimeout(resolve, 100));
    controller.abort(new Error('given up'));
    await expect(exit).rejects.toThrow(/Docker could not wait for a container/);
  });
});
