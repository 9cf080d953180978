import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createContext } from '../../../src/cli/context.js';
import { packageDirectory } from '../../../src/problems/package-directory.js';
import { readPackage, type PackageContext } from '../../../src/problems/read-package.js';
import { zipOf } from '../../unit/problems/zip-of.js';

const YAML = 'problem_format_version: 2025-09\nname: Sum\nlimits: {time_limit: 1}\n';

describe('a hostile package', () => {
  let root: string;
  let context: PackageContext;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'minos-hostile-'));
    const { config, languages } = await createContext({}, new AbortController().signal);
    context = { languages, defaultLimits: config.limits };
  });
  afterEach(async () => {
    await rm(root, { recursive: true });
  });

  async function packageOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
    const directory = join(root, 'sum');
    for (const [name, content] of Object.entries({ 'problem.yaml': YAML, ...files })) {
      await mkdir(join(directory, name, '..'), { recursive: true });
      await writeFile(join(directory, name), content);
    }
    return directory;
  }

  it('97: YAML of many aliases is read or refused at once, and the judge stays awake meanwhile', async () => {
    // Every alias is looked for from the start of the document.
    const aliases = Array.from({ length: 15_000 }, () => '*last').join(', ');
    const anchors = Array.from({ length: 1000 }, (_, at) => `a${at}: &a${at} x`).join('\n');
    const yaml = `${YAML}${anchors}\nlast: &last x\nlist: [${aliases}]\n`;
    const directory = await packageOf({ 'problem.yaml': yaml });
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 5);
    const outcome = await readPackage(directory, context).catch((error: unknown) => error);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
    expect(String(outcome)).not.toContain('took longer');
  });

  it.each(['.inf', '-1', '1e308', '0', '!!js/function "x"', '.nan', '[1]'])(
    '97: a time limit of %s is refused',
    async (limit) => {
      const directory = await packageOf({
        'problem.yaml': YAML.replace('time_limit: 1', `time_limit: ${limit}`),
        'data/secret/1.in': '1\n',
        'data/secret/1.ans': '1\n',
      });
      await expect(readPackage(directory, context)).rejects.toMatchObject({ code: 'bad-package' });
    },
  );

  it('100: what was replaced since it was read is an error, and never judged', async () => {
    const directory = await packageOf({ 'data/secret/1.in': '1\n', 'data/secret/1.ans': '1\n' });
    const { problem } = await readPackage(directory, context);
    await writeFile(join(directory, 'data/secret/1.ans'), '2\n');
    const read = async (): Promise<void> => {
      for await (const chunk of problem.testCases[0]!.answer.read()) expect(chunk).toBeDefined();
    };
    await expect(read()).rejects.toThrow('changed since');
  });

  it('101: a case without its answer is a clear error', async () => {
    const directory = await packageOf({ 'data/secret/1.in': '1\n' });
    await expect(readPackage(directory, context)).rejects.toThrow(/data\/secret\/1/);
  });

  it('101: cases of 0 bytes, of 200 MB and with carriage returns are read, and not into memory', async () => {
    const before = process.memoryUsage.rss();
    const directory = await packageOf({
      'data/secret/1.in': '',
      'data/secret/1.ans': '',
      'data/secret/2.in': Buffer.alloc(200 * 2 ** 20, '7'),
      'data/secret/2.ans': '7\r\n',
    });
    const { problem } = await readPackage(directory, context);
    expect(problem.testCases.map(({ input }) => input.sizeBytes)).toEqual([0, 200 * 2 ** 20]);
    // The test itself holds the 200 MB once.
    expect(process.memoryUsage.rss() - before).toBeLessThan(500 * 2 ** 20);
  });

  it('93: an archive that writes outside is refused on the way to the reader', async () => {
    const archive = join(root, 'sum.zip');
    await writeFile(archive, zipOf([{ name: '../../outside', text: 'x' }]));
    await expect(packageDirectory(archive, join(root, 'store'))).rejects.toMatchObject({
      code: 'bad-package',
    });
  });
});
