import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an upsell can sell: products, the offers that sell them (or a plan), and the pictures of both. */
export class Offers1763700001000 implements MigrationInterface {
  readonly name = 'Offers1763700001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await createProducts(runner);
    await createOffers(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`DROP TABLE offer_provider_prices`);
    await runner.query(`DROP TABLE offers`);
    await runner.query(`DROP TABLE products`);
    await runner.query(`DROP TABLE media_files`);
  }
}

async function createProducts(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE media_files (
      sha256 text NOT NULL,
      content_type text NOT NULL,
      bytes bytea NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT media_files_pkey PRIMARY KEY (sha256),
      CONSTRAINT media_files_sha256_check CHECK (sha256 ~ '^[0-9a-f]{64}$'),
      CONSTRAINT media_files_content_type_check
        CHECK (content_type IN ('image/png', 'image/jpeg', 'image/webp', 'image/avif'))
    )`);
  await runner.query(`
    CREATE TABLE products (
      id bigint GENERATED ALWAYS AS IDENTITY,
      uuid uuid NOT NULL DEFAULT gen_random_uuid(),
      code text NOT NULL,
      name text NOT NULL,
      description text,
      delivery text,
      image_sha256 text,
      translations jsonb NOT NULL DEFAULT '{}',
      is_active boolean NOT NULL DEFAULT true,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT products_pkey PRIMARY KEY (id),
      CONSTRAINT products_uuid_key UNIQUE (uuid),
      CONSTRAINT products_code_key UNIQUE (code),
      CONSTRAINT products_image_sha256_fkey FOREIGN KEY (image_sha256) REFERENCES media_files (sha256)
    )`);
}

async function createOffers(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE offers (
      id bigint GENERATED ALWAYS AS IDENTITY,
      uuid uuid NOT NULL DEFAULT gen_random_uuid(),
      code text NOT NULL,
      kind text NOT NULL,
      product_id bigint,
      package_plan_id bigint,
      name text NOT NULL,
      description text,
      selling_points text[] NOT NULL DEFAULT '{}',
      image_sha256 text,
      translations jsonb NOT NULL DEFAULT '{}',
      currency text,
      unit_amount bigint,
      allowed_methods text[] NOT NULL,
      maximum_installments integer NOT NULL DEFAULT 1,
      minimum_installment_amount bigint,
      is_active boolean NOT NULL DEFAULT true,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT offers_pkey PRIMARY KEY (id),
      CONSTRAINT offers_uuid_key UNIQUE (uuid),
      CONSTRAINT offers_code_key UNIQUE (code),
      CONSTRAINT offers_kind_check CHECK (kind IN ('one_time', 'plan')),
      CONSTRAINT offers_subject_check CHECK (
        (kind = 'one_time') = (product_id IS NOT NULL) AND (kind = 'plan') = (package_plan_id IS NOT NULL)),
      CONSTRAINT offers_price_check CHECK (
        (kind = 'one_time') = (unit_amount IS NOT NULL) AND (kind = 'one_time') = (currency IS NOT NULL)),
      CONSTRAINT offers_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
      CONSTRAINT offers_unit_amount_check CHECK (unit_amount > 0),
      CONSTRAINT offers_allowed_methods_check
        CHECK (cardinality(allowed_methods) > 0 AND allowed_methods <@ ARRAY['card', 'pix']),
      CONSTRAINT offers_maximum_installments_check CHECK (maximum_installments BETWEEN 1 AND 24),
      CONSTRAINT offers_minimum_installment_amount_check CHECK (minimum_installment_amount > 0),
      CONSTRAINT offers_product_id_fkey FOREIGN KEY (product_id) REFERENCES products (id),
      CONSTRAINT offers_package_plan_id_fkey FOREIGN KEY (package_plan_id) REFERENCES package_plans (id),
      CONSTRAINT offers_image_sha256_fkey FOREIGN KEY (image_sha256) REFERENCES media_files (sha256)
    )`);
  await runner.query(`CREATE INDEX offers_product_id_idx ON offers (product_id)`);
  await runner.query(`CREATE INDEX offers_package_plan_id_idx ON offers (package_plan_id)`);
  await runner.query(`
    CREATE TABLE offer_provider_prices (
      id bigint GENERATED ALWAYS AS IDENTITY,
      offer_id bigint NOT NULL,
      provider text NOT NULL,
      provider_price_id text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT offer_provider_prices_pkey PRIMARY KEY (id),
      CONSTRAINT offer_provider_prices_provider_price_key UNIQUE (provider, provider_price_id),
      CONSTRAINT offer_provider_prices_provider_check CHECK (provider = 'stripe'),
      CONSTRAINT offer_provider_prices_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES offers (id)
    )`);
  await runner.query(`CREATE INDEX offer_provider_prices_offer_id_idx ON offer_provider_prices (offer_id)`);
}
