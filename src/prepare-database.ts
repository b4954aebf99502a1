import { runMigrations } from 'graphile-worker';
import { migrate } from './common/database/index.js';
import { dataSourceOptions } from './data-source-options.js';

/**
 * Brings the schema and the job queue's own schema up to date. Instances started together are safe: the first migrates
 * under an advisory lock and the others wait for it, so no statement has a time limit here.
 *
 * @returns the names of the migrations that were run
 */
export async function prepareDatabase(url: string): Promise<string[]> {
  const done = await migrate(dataSourceOptions(url, 2, 0));
  await runMigrations({ connectionString: url });
  return done;
}
