import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Attempts are found by intent, payment and checkout; nothing asks for those of a subject. */
export class ChargeAttemptsSubject1763750001000 implements MigrationInterface {
  readonly name = 'ChargeAttemptsSubject1763750001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`DROP INDEX charge_attempts_subject_idx`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`CREATE INDEX charge_attempts_subject_idx ON charge_attempts (purpose, subject_id)`);
  }
}
