import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Packages, their plans, and the provider prices that each plan is sold by. */
export class Catalog1763600002000 implements MigrationInterface {
  readonly name = 'Catalog1763600002000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await createPlans(runner);
    await createPrices(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`DROP TABLE package_plan_prices`);
    await runner.query(`DROP TABLE package_plans`);
    await runner.query(`DROP TABLE packages`);
  }
}

async function createPlans(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE packages (
      id bigint GENERATED ALWAYS AS IDENTITY,
      uuid uuid NOT NULL DEFAULT gen_random_uuid(),
      code text NOT NULL,
      name text NOT NULL,
      description text,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT packages_pkey PRIMARY KEY (id),
      CONSTRAINT packages_uuid_key UNIQUE (uuid),
      CONSTRAINT packages_code_key UNIQUE (code)
    )`);
  await runner.query(`
    CREATE TABLE package_plans (
      id bigint GENERATED ALWAYS AS IDENTITY,
      uuid uuid NOT NULL DEFAULT gen_random_uuid(),
      package_id bigint NOT NULL,
      code text NOT NULL,
      name text NOT NULL,
      description text,
      features text[] NOT NULL DEFAULT '{}',
      rank integer NOT NULL DEFAULT 0,
      is_offered boolean NOT NULL DEFAULT true,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT package_plans_pkey PRIMARY KEY (id),
      CONSTRAINT package_plans_uuid_key UNIQUE (uuid),
      CONSTRAINT package_plans_code_key UNIQUE (code),
      CONSTRAINT package_plans_package_id_fkey FOREIGN KEY (package_id) REFERENCES packages (id)
    )`);
  await runner.query(`CREATE INDEX package_plans_package_id_idx ON package_plans (package_id)`);
}

async function createPrices(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE package_plan_prices (
      id bigint GENERATED ALWAYS AS IDENTITY,
      package_plan_id bigint NOT NULL,
      provider text NOT NULL,
      provider_price_id text NOT NULL,
      provider_product_id text,
      currency text NOT NULL,
      unit_amount integer NOT NULL,
      billing_interval text NOT NULL,
      interval_count integer NOT NULL DEFAULT 1,
      is_current boolean NOT NULL DEFAULT true,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT package_plan_prices_pkey PRIMARY KEY (id),
      CONSTRAINT package_plan_prices_provider_price_key UNIQUE (provider, provider_price_id),
      CONSTRAINT package_plan_prices_provider_check CHECK (provider = 'stripe'),
      CONSTRAINT package_plan_prices_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
      CONSTRAINT package_plan_prices_unit_amount_check CHECK (unit_amount >= 0),
      CONSTRAINT package_plan_prices_billing_interval_check
        CHECK (billing_interval IN ('day', 'week', 'month', 'year')),
      CONSTRAINT package_plan_prices_interval_count_check CHECK (interval_count >= 1),
      CONSTRAINT package_plan_prices_package_plan_id_fkey
        FOREIGN KEY (package_plan_id) REFERENCES package_plans (id)
    )`);
  await runner.query(`CREATE INDEX package_plan_prices_package_plan_id_idx ON package_plan_prices (package_plan_id)`);
  await runner.query(`
    CREATE UNIQUE INDEX package_plan_prices_current_key
      ON package_plan_prices (package_plan_id, provider, currency) WHERE is_current`);
}
