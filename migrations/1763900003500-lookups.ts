import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is looked up while somebody waits, in tables that grow for ever. */
export class Lookups1763900003500 implements MigrationInterface {
  readonly name = 'Lookups1763900003500';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    // Whether a plan is being bought already: asked with every offer of a plan.
    await runner.query(`CREATE INDEX charge_attempts_subject_idx ON charge_attempts (purpose, subject_id)`);
    // What else a customer of the provider pays for: asked before the provider's portal is opened for somebody else.
    await runner.query(`
      CREATE INDEX subscription_streams_customer_idx
        ON subscription_streams (payment_provider, payment_provider_customer_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`DROP INDEX subscription_streams_customer_idx`);
    await runner.query(`DROP INDEX charge_attempts_subject_idx`);
  }
}
