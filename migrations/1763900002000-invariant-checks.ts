import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the last look at each invariant found, for the metrics of every process. */
export class InvariantChecks1763900002000 implements MigrationInterface {
  readonly name = 'InvariantChecks1763900002000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`
      CREATE TABLE invariant_checks (
        invariant text NOT NULL,
        violations integer,
        checked_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT invariant_checks_pkey PRIMARY KEY (invariant),
        CONSTRAINT invariant_checks_violations_check CHECK (violations >= 0)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`DROP TABLE invariant_checks`);
  }
}
