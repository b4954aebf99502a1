import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Upsell funnels: a draft that is edited, and published versions that never change. The steps of a version stand in
 * `upsell_native_offer` or `upsell_native_product`, the offers that each step shows in `offers_upsell_native`.
 */
export class Funnels1763700005000 implements MigrationInterface {
  readonly name = 'Funnels1763700005000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await createFunnels(runner);
    await createSteps(runner);
    await forbidChanges(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`DROP TABLE offers_upsell_native`);
    await runner.query(`DROP TABLE upsell_native_product`);
    await runner.query(`DROP TABLE upsell_native_offer`);
    await runner.query(`ALTER TABLE upsell_funnels DROP CONSTRAINT upsell_funnels_published_version_id_fkey`);
    await runner.query(`DROP TABLE upsell_funnel_versions`);
    await runner.query(`DROP TABLE upsell_funnels`);
    await runner.query(`DROP TABLE upsell_switch`);
    await runner.query(`DROP FUNCTION refuse_change()`);
  }
}

async function createFunnels(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE upsell_switch (
      id integer NOT NULL DEFAULT 1,
      is_killed boolean NOT NULL DEFAULT false,
      updated_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT upsell_switch_pkey PRIMARY KEY (id),
      CONSTRAINT upsell_switch_id_check CHECK (id = 1)
    )`);
  await runner.query(`INSERT INTO upsell_switch DEFAULT VALUES`);
  await runner.query(`
    CREATE TABLE upsell_funnels (
      id bigint GENERATED ALWAYS AS IDENTITY,
      uuid uuid NOT NULL DEFAULT gen_random_uuid(),
      offer_id bigint,
      product_id bigint,
      draft jsonb NOT NULL,
      published_version_id bigint,
      is_killed boolean NOT NULL DEFAULT false,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT upsell_funnels_pkey PRIMARY KEY (id),
      CONSTRAINT upsell_funnels_uuid_key UNIQUE (uuid),
      CONSTRAINT upsell_funnels_offer_id_key UNIQUE (offer_id),
      CONSTRAINT upsell_funnels_product_id_key UNIQUE (product_id),
      CONSTRAINT upsell_funnels_scope_check CHECK (num_nonnulls(offer_id, product_id) = 1),
      CONSTRAINT upsell_funnels_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES offers (id),
      CONSTRAINT upsell_funnels_product_id_fkey FOREIGN KEY (product_id) REFERENCES products (id)
    )`);
  await runner.query(`
    CREATE TABLE upsell_funnel_versions (
      id bigint GENERATED ALWAYS AS IDENTITY,
      funnel_id bigint NOT NULL,
      number integer NOT NULL,
      note text,
      published_by text NOT NULL,
      published_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT upsell_funnel_versions_pkey PRIMARY KEY (id),
      CONSTRAINT upsell_funnel_versions_number_key UNIQUE (funnel_id, number),
      CONSTRAINT upsell_funnel_versions_funnel_id_fkey FOREIGN KEY (funnel_id) REFERENCES upsell_funnels (id)
    )`);
  await runner.query(`
    ALTER TABLE upsell_funnels ADD CONSTRAINT upsell_funnels_published_version_id_fkey
      FOREIGN KEY (published_version_id) REFERENCES upsell_funnel_versions (id)`);
}

/** The two levels have the same shape; `scope` names the column that says what was bought. */
async function createSteps(runner: QueryRunner): Promise<void> {
  for (const [table, scope, target] of [
    ['upsell_native_offer', 'offer_id', 'offers'],
    ['upsell_native_product', 'product_id', 'products'],
  ] as const) {
    await runner.query(`
      CREATE TABLE ${table} (
        id bigint GENERATED ALWAYS AS IDENTITY,
        uuid uuid NOT NULL DEFAULT gen_random_uuid(),
        version_id bigint NOT NULL,
        ${scope} bigint NOT NULL,
        position integer NOT NULL,
        kind text NOT NULL,
        next_on_accept integer,
        next_on_decline integer,
        texts jsonb NOT NULL DEFAULT '{}',
        image_sha256 text,
        countdown_seconds integer,
        external_url text,
        CONSTRAINT ${table}_pkey PRIMARY KEY (id),
        CONSTRAINT ${table}_uuid_key UNIQUE (uuid),
        CONSTRAINT ${table}_position_key UNIQUE (version_id, position),
        CONSTRAINT ${table}_position_check CHECK (position >= 0),
        CONSTRAINT ${table}_kind_check CHECK (kind IN (
          'one_click', 'multi_offer', 'with_plans', 'pix_or_card', 'plan_upgrade', 'external')),
        CONSTRAINT ${table}_countdown_seconds_check CHECK (countdown_seconds > 0),
        CONSTRAINT ${table}_external_url_check CHECK ((kind = 'external') = (external_url IS NOT NULL)),
        CONSTRAINT ${table}_version_id_fkey FOREIGN KEY (version_id) REFERENCES upsell_funnel_versions (id),
        CONSTRAINT ${table}_${scope}_fkey FOREIGN KEY (${scope}) REFERENCES ${target} (id),
        CONSTRAINT ${table}_image_sha256_fkey FOREIGN KEY (image_sha256) REFERENCES media_files (sha256)
      )`);
  }
  await runner.query(`
    CREATE TABLE offers_upsell_native (
      id bigint GENERATED ALWAYS AS IDENTITY,
      upsell_native_offer_id bigint,
      upsell_native_product_id bigint,
      offer_id bigint NOT NULL,
      position integer NOT NULL,
      CONSTRAINT offers_upsell_native_pkey PRIMARY KEY (id),
      CONSTRAINT offers_upsell_native_offer_step_key UNIQUE (upsell_native_offer_id, position),
      CONSTRAINT offers_upsell_native_product_step_key UNIQUE (upsell_native_product_id, position),
      CONSTRAINT offers_upsell_native_step_check
        CHECK (num_nonnulls(upsell_native_offer_id, upsell_native_product_id) = 1),
      CONSTRAINT offers_upsell_native_upsell_native_offer_id_fkey
        FOREIGN KEY (upsell_native_offer_id) REFERENCES upsell_native_offer (id),
      CONSTRAINT offers_upsell_native_upsell_native_product_id_fkey
        FOREIGN KEY (upsell_native_product_id) REFERENCES upsell_native_product (id),
      CONSTRAINT offers_upsell_native_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES offers (id)
    )`);
  await runner.query(`CREATE INDEX offers_upsell_native_offer_id_idx ON offers_upsell_native (offer_id)`);
}

/** What was published is what customers agreed to: not even a mistaken statement by hand may change it. */
async function forbidChanges(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION '% is written once and never changed', TG_TABLE_NAME;
    END $$`);
  for (const table of [
    'upsell_funnel_versions',
    'upsell_native_offer',
    'upsell_native_product',
    'offers_upsell_native',
  ]) {
    await runner.query(`
      CREATE TRIGGER ${table}_immutable BEFORE UPDATE OR DELETE ON ${table}
        FOR EACH ROW EXECUTE FUNCTION refuse_change()`);
  }
}
