import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who takes background jobs, and when each was last heard of: the jobs of one that is gone are another's. */
export class JobWorkers1763900005000 implements MigrationInterface {
  readonly name = 'JobWorkers1763900005000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`
      CREATE TABLE job_workers (
        pool_id text NOT NULL,
        seen_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT job_workers_pkey PRIMARY KEY (pool_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`DROP TABLE job_workers`);
  }
}
