import type { SchemaInstaller } from '../../database/migrate.js';
import { installQueue } from '../../queue/install-queue.js';

/** What keeps tables of its own in our database, in the order of installation. */
export const SCHEMA_INSTALLERS: readonly SchemaInstaller[] = [installQueue];
