export { isConnectTimeout, isDatabaseUnavailable } from './availability.js';
export { Database, type Snapshot } from './database.js';
export { DatabaseModule } from './database.module.js';
export { migrate } from './migrate.js';
export { FOREIGN_KEY_VIOLATION, sqlStateOf, UNIQUE_VIOLATION, UnitOfWork } from './unit-of-work.js';
export type { Tx } from './tx.js';
