import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an offer is read from. */
const TABLES = ['packages', 'package_plans', 'package_plan_prices', 'products', 'offers'];

/** A number that every change of what offers are made of raises, in its own transaction: what was read at it may be kept. */
export class CatalogRevision1763750000000 implements MigrationInterface {
  readonly name = 'CatalogRevision1763750000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`
      CREATE TABLE catalog_revision (
        is_only boolean NOT NULL DEFAULT true,
        revision bigint NOT NULL DEFAULT 1,
        CONSTRAINT catalog_revision_pkey PRIMARY KEY (is_only),
        CONSTRAINT catalog_revision_is_only_check CHECK (is_only)
      )`);
    await runner.query(`INSERT INTO catalog_revision DEFAULT VALUES`);
    await runner.query(`
      CREATE FUNCTION raise_catalog_revision() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE catalog_revision SET revision = revision + 1;
        RETURN NULL;
      END $$`);
    for (const table of TABLES) {
      await runner.query(`
        CREATE TRIGGER ${table}_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON ${table}
          FOR EACH STATEMENT EXECUTE FUNCTION raise_catalog_revision()`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    for (const table of TABLES) await runner.query(`DROP TRIGGER ${table}_revision ON ${table}`);
    await runner.query(`DROP FUNCTION raise_catalog_revision`);
    await runner.query(`DROP TABLE catalog_revision`);
  }
}
