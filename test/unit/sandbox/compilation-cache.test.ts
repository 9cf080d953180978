import { cp, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sandboxCompiler } from '../../../src/judging/compile-program.js';
import type { Compilation } from '../../../src/judging/compilation.js';
import type { ExecutionRequest } from '../../../src/judging/execution.js';
import type { Language } from '../../../src/judging/language.js';
import { compileLimits } from '../../../src/judging/limits.js';
import { SandboxFailure } from '../../../src/judging/ports.js';
import type { Program } from '../../../src/judging/submission.js';
import { BlobArtifactStore } from '../../../src/sandbox/artifact-store.js';
import { BlobStore } from '../../../src/sandbox/blob-store.js';
import { CompilationCache } from '../../../src/sandbox/compilation-cache.js';
import { bytesOf } from '../../contracts/sandbox-trial.js';
import { file, problem, TOY_LANGUAGE } from '../../fakes/sample-problem.js';
import { ScriptedSandbox, type Script } from '../../fakes/scripted-sandbox.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'minos-compilations-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const LIMITS = compileLimits(problem([]).limits);
const COMPILED = { ...TOY_LANGUAGE, artifacts: ['main'] };
const program = (source = 'source', language: Language = COMPILED): Program => ({
  language,
  files: [file('main.toy', source)],
});

type Play = (request: ExecutionRequest, signal?: AbortSignal) => Script | Promise<Script>;

/** What the toy compiler makes of a source. */
async function toyCompiler({ files }: ExecutionRequest): Promise<Script> {
  const source = (await bytesOf(files[0]!.content)).toString();
  const main = { ...file('main', `made of ${source}`), executable: true };
  return { prints: `compiled ${source}\n`, collected: [main] };
}

interface CacheOptions {
  readonly play?: Play;
  readonly image?: string;
  readonly maxBytes?: number;
}

/** One process's cache; several may be open on the directory. */
async function openCache({
  play = toyCompiler,
  image = 'i',
  maxBytes = 2 ** 20,
}: CacheOptions = {}) {
  const blobs = await BlobStore.open({ directory: join(directory, 'blobs'), maxBytes: 2 ** 20 });
  const artifacts = new BlobArtifactStore(blobs);
  const sandbox = new ScriptedSandbox(async (...given) => {
    const script = await play(...given);
    const collected = await Promise.all(
      (script.collected ?? []).map(async (each) => ({
        ...each,
        content: await blobs.put(each.content),
      })),
    );
    return { ...script, collected };
  });
  const cache = await CompilationCache.open({
    compiler: sandboxCompiler(sandbox, artifacts),
    directory: join(directory, 'entries'),
    maxBytes,
    blobs,
    artifacts,
    identify: () => Promise.resolve(image),
  });
  return {
    sandbox,
    compile: (what: Program, signal?: AbortSignal) => cache.compile(what, LIMITS, signal),
    runs: () => sandbox.requests.length,
  };
}

async function artifactText(compilation: Compilation): Promise<string> {
  if (compilation.kind !== 'compiled') throw new Error(compilation.reason);
  return (await bytesOf(compilation.artifact.files[0]!.content)).toString();
}

const entries = () => readdir(join(directory, 'entries'));
const soleFile = async (of: 'entries' | 'blobs') =>
  join(directory, of, (await readdir(join(directory, of)))[0]!);

describe('the cache of compilations', () => {
  it('compiles a program once, and gives everybody the same', async () => {
    const cache = await openCache();
    const first = await cache.compile(program());
    const second = await cache.compile(program());
    expect(cache.runs()).toBe(1);
    expect(JSON.parse(JSON.stringify(second))).toEqual(JSON.parse(JSON.stringify(first)));
    expect(await artifactText(second)).toBe('made of source');
  });

  it('takes over what another process compiled', async () => {
    await (await openCache()).compile(program());
    const later = await openCache();
    const compilation = await later.compile(program());
    expect(later.runs()).toBe(0);
    expect(compilation).toMatchObject({
      kind: 'compiled',
      log: 'compiled source\n',
      cpuTimeMs: 10,
    });
    expect(await artifactText(compilation)).toBe('made of source');
  });

  it('tells programs and images apart', async () => {
    await (await openCache()).compile(program());
    const other = await openCache({ image: 'another' });
    await other.compile(program());
    expect(await artifactText(await other.compile(program('other')))).toBe('made of other');
    expect(other.runs()).toBe(2);
  });

  it('keeps the checked sources of an interpreted language', async () => {
    const cache = await openCache({ play: () => ({}) });
    await cache.compile(program('print', TOY_LANGUAGE));
    const again = await cache.compile(program('print', TOY_LANGUAGE));
    expect(cache.runs()).toBe(1);
    expect(await artifactText(again)).toBe('print');
  });

  it('compiles once for all who ask meanwhile', async () => {
    const gate = Promise.withResolvers<undefined>();
    const cache = await openCache({
      async play(request) {
        await gate.promise;
        return await toyCompiler(request);
      },
    });
    const all = Array.from({ length: 20 }, () => cache.compile(program()));
    gate.resolve(undefined);
    await Promise.all(all);
    expect(cache.runs()).toBe(1);
  });

  it('goes on for others when who asked first gives up, and stops when all do', async () => {
    const begun = Promise.withResolvers<undefined>();
    const gate = Promise.withResolvers<undefined>();
    const seen: AbortSignal[] = [];
    const cache = await openCache({
      async play(request, signal) {
        seen.push(signal!);
        begun.resolve(undefined);
        await gate.promise;
        return await toyCompiler(request);
      },
    });
    const [first, second] = [new AbortController(), new AbortController()];
    const given = [first, second].map(({ signal }) => cache.compile(program(), signal));
    const ends = Promise.allSettled(given);
    await begun.promise;
    first.abort(new Error('the first gave up'));
    await expect(given[0]).rejects.toThrow('the first gave up');
    expect(seen[0]?.aborted).toBe(false);
    const stopped = new Promise((resolve) => seen[0]?.addEventListener('abort', resolve));
    second.abort(new Error('the second too'));
    await stopped;
    gate.resolve(undefined);
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await artifactText(await cache.compile(program()))).toBe('made of source');
  });

  it('believes a rejection when it has seen the same twice', async () => {
    const rejects: Play = () => ({ prints: 'error: no', end: { kind: 'exited', exitCode: 1 } });
    for (const runs of [1, 1, 0, 0]) {
      const cache = await openCache({ play: rejects });
      expect(await cache.compile(program())).toMatchObject({ kind: 'failed', log: 'error: no' });
      expect(cache.runs()).toBe(runs);
    }
  });

  it('never believes rejections that differ', async () => {
    let number = 0;
    const cache = await openCache({
      play: () => ({ prints: `${(number += 1)}`, end: { kind: 'exited', exitCode: 1 } }),
    });
    for (let times = 0; times < 4; times += 1) await cache.compile(program());
    expect(cache.runs()).toBe(4);
  });

  it.each<[string, Script]>([
    ['memory', { outOfMemoryKills: 1, end: { kind: 'exited', exitCode: 1 } }],
    ['CPU time', { stopCause: 'cpu-time', end: { kind: 'signalled', signal: 9 } }],
    ['CPU time, just so', { cpuTimeMs: 10_001, end: { kind: 'exited', exitCode: 0 } }],
    ['wall time', { stopCause: 'wall-time', end: { kind: 'signalled', signal: 9 } }],
    ['a signal', { end: { kind: 'signalled', signal: 11 } }],
    ['an artifact that is absent', { end: { kind: 'exited', exitCode: 0 } }],
  ])('keeps nothing of a compilation that ended by %s', async (_, script) => {
    const cache = await openCache({ play: () => script });
    for (let times = 0; times < 3; times += 1) {
      expect(await cache.compile(program())).toMatchObject({ kind: 'failed' });
    }
    expect(cache.runs()).toBe(3);
    expect(await entries()).toEqual([]);
  });

  it('keeps nothing of a failure of the sandbox', async () => {
    let isBroken = true;
    const cache = await openCache({
      play(request) {
        if (isBroken) throw new SandboxFailure('broken');
        return toyCompiler(request);
      },
    });
    await expect(cache.compile(program())).rejects.toThrow('broken');
    isBroken = false;
    expect(await artifactText(await cache.compile(program()))).toBe('made of source');
  });
});

describe('a damaged cache', () => {
  const spoil: Record<string, (text: string) => string> = {
    'cut short': (text) => text.slice(0, -1),
    empty: () => '',
    longer: (text) => `${text} `,
    'another byte': (text) => text.replace('compiled', 'cOmpiled'),
    'no entry': () => 'x',
    'an honest hash of no JSON': () =>
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n',
  };
  it.each(Object.keys(spoil))('compiles anew where the entry is %s', async (how) => {
    await (await openCache()).compile(program());
    const path = await soleFile('entries');
    await writeFile(path, spoil[how]!(await readFile(path, 'utf8')));
    const cache = await openCache();
    expect(await artifactText(await cache.compile(program()))).toBe('made of source');
    expect(cache.runs()).toBe(1);
    const healed = await openCache();
    await healed.compile(program());
    expect(healed.runs()).toBe(0);
  });

  it('compiles anew where the entry belongs to another key', async () => {
    const cache = await openCache();
    await cache.compile(program());
    const first = await soleFile('entries');
    await cache.compile(program('other'));
    const [other] = (await entries()).filter((name) => !first.endsWith(name));
    await cp(first, join(directory, 'entries', other!));
    const later = await openCache();
    expect(await artifactText(await later.compile(program('other')))).toBe('made of other');
    expect(later.runs()).toBe(1);
  });

  it.each<[string, (path: string) => Promise<void>]>([
    ['has another byte', async (path) => writeFile(path, 'made of sOurce')],
    ['is cut short', async (path) => writeFile(path, 'made')],
    ['is gone', async (path) => rm(path)],
  ])('never runs an artifact that %s', async (_, damage) => {
    await (await openCache()).compile(program());
    await damage(await soleFile('blobs'));
    const cache = await openCache();
    expect(await artifactText(await cache.compile(program()))).toBe('made of source');
    expect(cache.runs()).toBe(1);
  });
});

describe('the bounds of the cache', () => {
  it('drop entries that were not used for the longest time', async () => {
    const cache = await openCache({ maxBytes: 1000 });
    for (const source of ['a', 'b', 'c', 'd', 'e', 'f']) await cache.compile(program(source));
    const hourAgo = new Date(Date.now() - 3_600_000);
    for (const name of await entries()) {
      await utimes(join(directory, 'entries', name), hourAgo, hourAgo);
    }
    await cache.compile(program('a'));
    const later = await openCache({ maxBytes: 1000 });
    expect((await entries()).length).toBeLessThan(6);
    await later.compile(program('a'));
    expect(later.runs()).toBe(0);
  });

  it('do not matter to the verdict where nothing can be written', async () => {
    const cache = await openCache();
    await rm(join(directory, 'entries'), { recursive: true });
    expect(await artifactText(await cache.compile(program()))).toBe('made of source');
    expect(await artifactText(await cache.compile(program()))).toBe('made of source');
    expect(cache.runs()).toBe(2);
  });
});
