import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An earlier price of an offer can be listed again, and is then the newest. Its number comes from the numbers of new rows, so
 * that whoever knows nothing of the column still maps the newest.
 */
export class ListedPrices1763900004000 implements MigrationInterface {
  readonly name = 'ListedPrices1763900004000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE offer_provider_prices ADD COLUMN listed_again bigint`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE offer_provider_prices DROP COLUMN listed_again`);
  }
}
