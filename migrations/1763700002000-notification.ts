import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the merchant's back end is told, and what its customers have been given. */
export class Notification1763700002000 implements MigrationInterface {
  readonly name = 'Notification1763700002000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await createWebhooks(runner);
    await createEntitlements(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`DROP TABLE entitlements`);
    await runner.query(`DROP TABLE merchant_webhook_deliveries`);
    await runner.query(`DROP TABLE merchant_webhook_endpoints`);
  }
}

async function createWebhooks(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE merchant_webhook_endpoints (
      id bigint GENERATED ALWAYS AS IDENTITY,
      uuid uuid NOT NULL DEFAULT gen_random_uuid(),
      url text NOT NULL,
      description text,
      event_types text[] NOT NULL DEFAULT '{}',
      secret text NOT NULL,
      previous_secret text,
      previous_secret_until timestamptz,
      is_active boolean NOT NULL DEFAULT true,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT merchant_webhook_endpoints_pkey PRIMARY KEY (id),
      CONSTRAINT merchant_webhook_endpoints_uuid_key UNIQUE (uuid),
      CONSTRAINT merchant_webhook_endpoints_previous_secret_check
        CHECK ((previous_secret IS NULL) = (previous_secret_until IS NULL))
    )`);
  await runner.query(`
    CREATE TABLE merchant_webhook_deliveries (
      id bigint GENERATED ALWAYS AS IDENTITY,
      uuid uuid NOT NULL DEFAULT gen_random_uuid(),
      endpoint_id bigint NOT NULL,
      message_id text NOT NULL,
      event_type text NOT NULL,
      payload text NOT NULL,
      status text NOT NULL DEFAULT 'pending',
      attempts integer NOT NULL DEFAULT 0,
      tries_from integer NOT NULL DEFAULT 0,
      next_attempt_at timestamptz,
      leased_until timestamptz,
      response_status integer,
      error text,
      delivered_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT merchant_webhook_deliveries_pkey PRIMARY KEY (id),
      CONSTRAINT merchant_webhook_deliveries_uuid_key UNIQUE (uuid),
      CONSTRAINT merchant_webhook_deliveries_message_key UNIQUE (endpoint_id, message_id),
      CONSTRAINT merchant_webhook_deliveries_status_check CHECK (status IN ('pending', 'delivered', 'failed')),
      CONSTRAINT merchant_webhook_deliveries_endpoint_id_fkey
        FOREIGN KEY (endpoint_id) REFERENCES merchant_webhook_endpoints (id)
    )`);
  await runner.query(`
    CREATE INDEX merchant_webhook_deliveries_due_idx ON merchant_webhook_deliveries (endpoint_id, next_attempt_at)
    WHERE status = 'pending'`);
  await runner.query(`
    CREATE INDEX merchant_webhook_deliveries_failed_idx ON merchant_webhook_deliveries (id) WHERE status = 'failed'`);
}

async function createEntitlements(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE entitlements (
      id bigint GENERATED ALWAYS AS IDENTITY,
      uuid uuid NOT NULL DEFAULT gen_random_uuid(),
      user_id bigint NOT NULL,
      product_id bigint NOT NULL,
      source text NOT NULL,
      status text NOT NULL,
      reason text,
      changes integer NOT NULL DEFAULT 1,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT entitlements_pkey PRIMARY KEY (id),
      CONSTRAINT entitlements_uuid_key UNIQUE (uuid),
      CONSTRAINT entitlements_source_key UNIQUE (source),
      CONSTRAINT entitlements_status_check CHECK (status IN ('granted', 'suspended', 'revoked')),
      CONSTRAINT entitlements_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
      CONSTRAINT entitlements_product_id_fkey FOREIGN KEY (product_id) REFERENCES products (id)
    )`);
  await runner.query(`CREATE INDEX entitlements_user_id_idx ON entitlements (user_id, product_id)`);
}
