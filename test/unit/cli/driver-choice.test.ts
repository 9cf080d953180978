import { describe, expect, it } from 'vitest';
import { chooseDriver, describeChoice } from '../../../src/cli/driver-choice.js';
import type { Preflight } from '../../../src/sandbox/native/preflight.js';

const ready = (): Preflight => ({ kind: 'ready', cgroups: { version: 2, hierarchies: [] } });
const unfit = (): Preflight => ({ kind: 'unfit', why: 'not root' });

describe('the driver', () => {
  it('is native by itself where that works', () => {
    expect(describeChoice(chooseDriver('auto', ready))).toBe(
      'containers by the native driver (root, and cgroups of version 2 that can be written)',
    );
  });

  it('is Docker where it does not, and says why', () => {
    expect(describeChoice(chooseDriver('auto', unfit))).toBe(
      'containers by the docker driver (not native: not root)',
    );
  });

  it('is what is configured', () => {
    expect(chooseDriver('docker', ready).driver).toBe('docker');
    expect(chooseDriver('native', ready).driver).toBe('native');
  });

  it('is an error where native is demanded and does not work', () => {
    expect(() => chooseDriver('native', unfit)).toThrow(
      'the native driver cannot work here: not root',
    );
  });
});
