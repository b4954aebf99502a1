import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where the name of a provider is checked. */
const CHECKED = [
  { table: 'user_provider_customers', name: 'user_provider_customers_provider_check' },
  { table: 'package_plan_prices', name: 'package_plan_prices_provider_check' },
  { table: 'offer_provider_prices', name: 'offer_provider_prices_provider_check' },
] as const;

/** Dodo beside Stripe. Undoing it is refused while a row of Dodo's is there: such a row is somebody's money. */
export class DodoProvider1763800001000 implements MigrationInterface {
  readonly name = 'DodoProvider1763800001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await checkProviders(runner, `provider IN ('stripe', 'dodo')`);
    // Where a provider sells only its own products, its prices are part of what an offer is.
    await runner.query(`
      CREATE TRIGGER offer_provider_prices_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON offer_provider_prices
        FOR EACH STATEMENT EXECUTE FUNCTION raise_catalog_revision()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`DROP TRIGGER offer_provider_prices_revision ON offer_provider_prices`);
    await checkProviders(runner, `provider = 'stripe'`);
  }
}

async function checkProviders(runner: QueryRunner, condition: string): Promise<void> {
  for (const { table, name } of CHECKED) {
    await runner.query(`ALTER TABLE ${table} DROP CONSTRAINT ${name}, ADD CONSTRAINT ${name} CHECK (${condition})`);
  }
}
