import { FakeQueue } from '../fakes/fake-queue.js';
import { queueContract } from './queue.contract.js';

queueContract('in memory', async () => {
  const queue = new FakeQueue();
  return {
    queue,
    transaction: (work) => queue.transaction(work),
    lapse: async (lease) => queue.lapse(lease),
  };
});
