import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Since when a user's tokens count. */
export class TokenRevocation1763900006000 implements MigrationInterface {
  readonly name = 'TokenRevocation1763900006000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE users ADD COLUMN tokens_valid_from timestamptz`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE users DROP COLUMN tokens_valid_from`);
  }
}
