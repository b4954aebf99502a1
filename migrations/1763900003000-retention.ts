import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds what is old enough to go without reading what stays. */
export class Retention1763900003000 implements MigrationInterface {
  readonly name = 'Retention1763900003000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`
      CREATE INDEX plan_quotes_unused_idx ON plan_quotes (updated_at) WHERE status IN ('expired', 'superseded')`);
    // Asked for every quote that is deleted.
    await runner.query(`
      CREATE INDEX sale_items_plan_quote_id_idx ON sale_items (plan_quote_id) WHERE plan_quote_id IS NOT NULL`);
    await runner.query(
      `CREATE INDEX charge_attempts_tax_id_idx ON charge_attempts (updated_at) WHERE command ? 'taxId'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`DROP INDEX charge_attempts_tax_id_idx`);
    await runner.query(`DROP INDEX sale_items_plan_quote_id_idx`);
    await runner.query(`DROP INDEX plan_quotes_unused_idx`);
  }
}
