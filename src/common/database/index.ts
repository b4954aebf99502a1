export { Database } from './database.js';
export { DatabaseModule } from './database.module.js';
export { migrate } from './migrate.js';
export { UnitOfWork, sqlStateOf } from './unit-of-work.js';
export type { Tx } from './tx.js';
