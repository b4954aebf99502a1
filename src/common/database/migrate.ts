import { DataSource, MigrationExecutor, type DataSourceOptions } from 'typeorm';

const ADVISORY_LOCK_KEY = 7_214_001;

/**
 * Runs every pending migration in one transaction that also holds an advisory lock: instances started together wait for
 * the first one and then find nothing to do.
 *
 * @returns the names of the migrations that were run
 */
export async function migrate(options: DataSourceOptions): Promise<string[]> {
  const dataSource = new DataSource(options);
  await dataSource.initialize();
  const runner = dataSource.createQueryRunner();
  try {
    await runner.startTransaction();
    await runner.query('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCK_KEY]);
    const executor = new MigrationExecutor(dataSource, runner);
    executor.transaction = 'none'; // inside ours
    const done = await executor.executePendingMigrations();
    await runner.commitTransaction();
    return done.map((migration) => migration.name);
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction();
    throw error;
  } finally {
    await runner.release();
    await dataSource.destroy();
  }
}
