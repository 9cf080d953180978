import { openTestSandbox } from './docker-engine.js';
import { sandboxContract } from './sandbox.contract.js';

sandboxContract({
  name: 'Docker driver',
  contains: true,
  open: () => openTestSandbox(),
});
