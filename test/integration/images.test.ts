import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageBuilder } from '../../src/sandbox/docker/image-builder.js';
import type { ImageProgressEvent } from '../../src/sandbox/docker/image-progress.js';
import { toolchainNames } from '../../src/sandbox/docker/image-recipes.js';
import { ToolchainLab } from './toolchain-lab.js';

let lab: ToolchainLab;
let builder: ImageBuilder;

beforeAll(async () => {
  lab = await ToolchainLab.open();
  builder = lab.builder;
});

afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

/** Output of a shell command run as root in a container of the image. */
async function inside(image: string, command: string): Promise<string> {
  const container = await lab.client.engine.createContainer({
    Image: image,
    Entrypoint: ['/bin/sh', '-c', command],
    // One raw stream instead of frames, and no carriage returns added by the terminal.
    Tty: true,
    HostConfig: { NetworkMode: 'none', ReadonlyRootfs: true },
  });
  try {
    const stream = await container.attach({ stream: true, stdout: true, hijack: true });
    await container.start();
    return (await text(stream)).replaceAll('\r', '').trim();
  } finally {
    await container.remove({ force: true });
  }
}

describe.each(await toolchainNames('images'))('the image %s', (toolchain) => {
  let tag: string;

  beforeAll(async () => {
    tag = await builder.ensure(toolchain);
  });

  it('starts the supervisor as root, and is labelled as ours', async () => {
    const { Config, RepoTags } = await lab.client.engine.getImage(tag).inspect();
    expect(Config.Entrypoint).toEqual(['/minos/supervisor']);
    expect(Config.User).toBe('0:0');
    expect(Config.Labels['minos.image']).toBe(toolchain);
    expect(RepoTags).toContain(tag);
  });

  it('has no file with a set-uid or set-gid bit', async () => {
    expect(await inside(tag, 'find / -xdev -perm /6000')).toBe('');
  });

  it('has nothing that others than root may write to', async () => {
    const found = 'find / -xdev ! -type l ! -path "/dev/*" \\( -perm -0002 -o -uid +59999 \\)';
    expect(await inside(tag, found)).toBe('');
  });

  it('keeps the supervisor from everyone but root', async () => {
    expect(await inside(tag, 'stat -c "%a %u:%g %F" /minos/supervisor')).toBe(
      '700 0:0 regular file',
    );
  });

  it('has the mount points of the sandbox, and /tmp in the work directory', async () => {
    const command = 'stat -c "%n %a %F" /box /w; readlink /tmp';
    expect(await inside(tag, command)).toBe('/box 755 directory\n/w 755 directory\n/w');
  });

  it('names the exact version of every package', async () => {
    const manifest = JSON.parse(await inside(tag, 'cat /minos/manifest.json')) as {
      readonly toolchain: string;
      readonly packages: Readonly<Record<string, string>>;
    };
    expect(manifest.toolchain).toBe(toolchain);
    const installed = (await inside(tag, `dpkg-query -W -f '\${binary:Package} \${Version}\\n'`))
      .split('\n')
      .map((line) => line.split(' '));
    expect(manifest.packages).toEqual(Object.fromEntries(installed));
  });

  it('carries no package lists and no downloads', async () => {
    const command = 'find /var/lib/apt/lists /var/cache/apt -type f ! -name lock';
    expect(await inside(tag, command)).toBe('');
  });
});

describe('ImageBuilder', () => {
  it('builds nothing whose tag is there', async () => {
    const events: ImageProgressEvent[] = [];
    await builder.ensure('bash', (event) => events.push(event));
    expect(events).toEqual([]);
  });

  it('lists what is present', async () => {
    const images = await builder.list();
    expect(images.map(({ toolchain }) => toolchain)).toEqual(await toolchainNames('images'));
    const bash = images.find(({ toolchain }) => toolchain === 'bash');
    expect(bash).toMatchObject({ present: true, tag: await builder.tagOf('bash') });
    expect(bash?.sizeBytes).toBeGreaterThan(10 * 2 ** 20);
  });

  it('names the known toolchains when asked for another', async () => {
    await expect(builder.ensure('brainfuck')).rejects.toMatchObject({
      code: 'image-build-failed',
      message: 'there is no toolchain brainfuck',
    });
  });
});
