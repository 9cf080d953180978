import { describe, it } from 'vitest';
import { nativeProblem, openTestNative } from './native-host.js';
import { sandboxContract } from './sandbox.contract.js';

const problem = nativeProblem();

if (problem === undefined) {
  sandboxContract({
    name: 'native driver',
    contains: true,
    open: () => openTestNative(),
  });
} else {
  describe('sandbox: native driver', () => {
    it.skip(`cannot be tried here: ${problem}`);
  });
}
