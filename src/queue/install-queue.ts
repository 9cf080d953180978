import { PgBoss } from 'pg-boss';
import { QUEUE_NAME, QUEUE_OPTIONS, QUEUE_SCHEMA } from './queue-settings.js';

/** Installs pg-boss's own tables, or brings them to this version, and the queue in them. */
export async function installQueue(url: string): Promise<void> {
  const boss = new PgBoss({
    connectionString: url,
    schema: QUEUE_SCHEMA,
    max: 2,
    supervise: false,
    schedule: false,
    registerInstance: false,
    application_name: 'minos migrations',
  });
  // Whatever breaks while it is used is thrown by the call that uses it.
  boss.on('error', () => undefined);
  try {
    await boss.start();
    await boss.createQueue(QUEUE_NAME, QUEUE_OPTIONS);
    await boss.updateQueue(QUEUE_NAME, QUEUE_OPTIONS);
  } finally {
    await boss.stop({ graceful: false });
  }
}
