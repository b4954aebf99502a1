import { DataSource } from 'typeorm';
import { dataSourceOptions } from './data-source-options.js';

/** Entry of the TypeORM command line (`npm run migration:generate`), which wants one default export and nothing else. */
export default new DataSource(dataSourceOptions(process.env.DATABASE_URL ?? ''));
