import type { SchemaInstaller } from '../../database/migrate.js';

/** What the parts of the service keep in the database beside our own tables. */
export const SCHEMA_INSTALLERS: readonly SchemaInstaller[] = [];
