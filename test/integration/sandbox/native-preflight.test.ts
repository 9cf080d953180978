import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { chooseDriver } from '../../../src/cli/driver-choice.js';
import { preflight, type Preflight } from '../../../src/sandbox/native/preflight.js';
import { nativeProblem } from '../../contracts/native-host.js';

const run = promisify(execFile);
const NOBODY = '65534';
const REPORT = [
  process.execPath,
  '--import',
  resolve(import.meta.dirname, 'typescript-hook.mjs'),
  resolve(import.meta.dirname, 'preflight-report.ts'),
];

async function reportOf(command: string, ...args: readonly string[]): Promise<Preflight> {
  const { stdout } = await run(command, args);
  return JSON.parse(stdout) as Preflight;
}

/** Paths of the hierarchies that containers are made in. */
function hierarchies(): readonly string[] {
  const found = preflight();
  return found.kind === 'ready' ? found.cgroups.hierarchies.map(({ path }) => path) : [];
}

describe.skipIf(nativeProblem() !== undefined)(
  'a machine that the native driver cannot use',
  () => {
    function expectRefused(found: Preflight, why: RegExp): void {
      expect(found).toMatchObject({ kind: 'unfit', why: expect.stringMatching(why) as string });
      expect(chooseDriver('auto', () => found)).toMatchObject({
        driver: 'docker',
        why: expect.stringMatching(why) as string,
      });
      expect(() => chooseDriver('native', () => found)).toThrow(why);
    }

    it('is one where Minos is not root', async () => {
      const [node = '', ...rest] = REPORT;
      expectRefused(await reportOf(node, ...rest, NOBODY), /not root/);
    });

    it.each(['the first', 'the last'])(
      'is one where cgroups cannot be made in %s hierarchy',
      async (which) => {
        const path = hierarchies().at(which === 'the first' ? 0 : -1) ?? '';
        const readOnly = `mount -o bind,remount,ro "$0" && exec "$@"`;
        const found = await reportOf('unshare', '-m', 'sh', '-c', readOnly, path, ...REPORT);
        expectRefused(found, new RegExp(`no cgroup can be made: EROFS.*${path}/`));
      },
    );
  },
);
