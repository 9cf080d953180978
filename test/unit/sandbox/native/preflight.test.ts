import { expect, it } from 'vitest';
import { missingCapabilities } from '../../../../src/sandbox/native/preflight.js';

it('names the capabilities that root does not have', () => {
  expect(missingCapabilities('CapEff:\t000001ffffffffff\n')).toBeUndefined();
  // Docker's default set.
  expect(missingCapabilities('CapEff:\t00000000a80425fb\n')).toBe('root without CAP_SYS_ADMIN');
  expect(missingCapabilities('CapEff:\t0000000000000000\n')).toContain('CAP_SETUID');
});
