import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDocker, type DockerClient } from '../../src/sandbox/docker/docker-client.js';
import { baseTag } from '../../src/sandbox/docker/base-image.js';
import { ImageBuilder } from '../../src/sandbox/docker/image-builder.js';
import { messageOf } from '../../src/sandbox/docker/image-inventory.js';
import type { ImageProgressEvent } from '../../src/sandbox/docker/image-progress.js';
import { readRecipes } from '../../src/sandbox/docker/image-recipes.js';
import { ToolchainLab } from './toolchain-lab.js';

/** Small images of the tests' own, built on one that is there. */
let client: DockerClient;
let root: string;
let base: string;

beforeAll(async () => {
  const host = process.env['DOCKER_HOST'];
  client = await connectDocker(host === undefined ? {} : { host });
  await using lab = await ToolchainLab.open();
  base = await lab.builder.ensure('bash');
  root = await mkdtemp(join(tmpdir(), 'minos-builder-'));
  await write('runner/Makefile', 'all:\n');
  await write('images/common/Dockerfile', 'ARG BASE\nFROM ${BASE}\n');
  await write('images/launcher/Dockerfile', 'ARG BASE\nFROM ${BASE}\n');
  await write('images/runner/Dockerfile', 'ARG BASE\nFROM ${BASE}\nCOPY runner/ /runner/\n');
});

/** Not by `prune`, which would take the images of this checkout as well. */
afterAll(async () => {
  const { common, runner } = await readRecipes(sources());
  const images = await client.engine.listImages({ filters: { label: ['minos.image'] } });
  const tags = images.flatMap(({ RepoTags }) => RepoTags ?? []);
  const trials = tags.filter((tag) => tag.startsWith('minos/trial-'));
  const own = [...trials, runner.tag, common.tag, baseTag(base)];
  for (const tag of own.filter((name) => tags.includes(name))) {
    await client.engine.getImage(tag).remove();
  }
  await rm(root, { recursive: true });
});

function sources() {
  return { base, imagesDirectory: join(root, 'images'), runnerDirectory: join(root, 'runner') };
}

async function write(name: string, text: string): Promise<void> {
  await mkdir(join(root, name, '..'), { recursive: true });
  await writeFile(join(root, name), text);
}

/** A builder that reads the directory anew. */
function builder(changes: { readonly buildDeadlineMs?: number } = {}): ImageBuilder {
  return new ImageBuilder(client.engine, {
    ...sources(),
    buildNetwork: 'none',
    ...changes,
  });
}

function dockerfile(...lines: readonly string[]): string {
  return ['ARG BASE', 'ARG RUNNER', 'FROM ${BASE}', ...lines, ''].join('\n');
}

describe('ImageBuilder', () => {
  it('reports each step and what it prints', async () => {
    await write('images/trial-steps/Dockerfile', dockerfile('RUN echo printed-by-the-step'));
    const events: ImageProgressEvent[] = [];
    await builder().ensure('trial-steps', (event) => events.push(event));
    const own = events.filter(({ image }) => image === 'trial-steps');
    expect(own[0]).toMatchObject({ step: 1, line: 'ARG BASE' });
    expect(own.map(({ line }) => line)).toContain('printed-by-the-step');
    expect(own.at(-1)?.step).toBe(own.at(-1)?.steps);
  });

  it('fails with the last lines of the build, and tags nothing', async () => {
    await write('images/trial-broken/Dockerfile', dockerfile('RUN echo the-reason >&2; exit 7'));
    const error = await builder()
      .ensure('trial-broken')
      .catch((problem: unknown) => problem);
    expect(error).toMatchObject({ code: 'image-build-failed' });
    expect(messageOf(error)).toContain('returned a non-zero code: 7');
    expect((error as { details: string[] }).details).toContain('the-reason');
    const [status] = (await builder().list()).filter(
      ({ toolchain }) => toolchain === 'trial-broken',
    );
    expect(status?.present).toBe(false);
    await rm(join(root, 'images/trial-broken'), { recursive: true });
  });

  it('lets two builders build the same image at once', async () => {
    await write('images/trial-twice/Dockerfile', dockerfile('RUN sleep 1'));
    const [first, second] = [builder(), builder()];
    const tags = await Promise.all([first.ensure('trial-twice'), second.ensure('trial-twice')]);
    expect(tags[0]).toBe(tags[1]);
    expect((await first.list()).find(({ tag }) => tag === tags[0])?.present).toBe(true);
  });

  it('stops a build when asked to', async () => {
    await write('images/trial-slow/Dockerfile', dockerfile('RUN sleep 60'));
    const controller = new AbortController();
    const building = builder().ensure(
      'trial-slow',
      ({ line }) => {
        if (line.includes('sleep 60')) controller.abort(new Error('enough'));
      },
      controller.signal,
    );
    await expect(building).rejects.toThrow('enough');
  });

  it('gives up a build that takes too long', async () => {
    await write('images/trial-slow/Dockerfile', dockerfile('RUN sleep 61'));
    const building = builder({ buildDeadlineMs: 1500 }).ensure('trial-slow');
    await expect(building).rejects.toMatchObject({ code: 'image-build-failed' });
  });

  it('knows the image of an earlier version as stale', async () => {
    await write('images/trial-stale/Dockerfile', dockerfile('RUN echo 1'));
    const before = await builder().ensure('trial-stale');
    await write('images/trial-stale/Dockerfile', dockerfile('RUN echo 2'));
    const status = (await builder().list()).find(({ toolchain }) => toolchain === 'trial-stale');
    expect(status).toMatchObject({ present: false, staleTags: [before] });
  });

  it('says what to do when the base can be had nowhere', async () => {
    const nowhere = new ImageBuilder(client.engine, {
      ...sources(),
      base: 'localhost:1/minos/absent:1',
      pullSilenceMs: 5000,
    });
    const error = await nowhere.ensure('trial-steps').catch((problem: unknown) => problem);
    expect(error).toMatchObject({
      code: 'image-build-failed',
      message: 'cannot get the base image localhost:1/minos/absent:1',
    });
    expect((error as { details: string[] }).details.join('\n')).toContain('Set images.base');
  });
});
