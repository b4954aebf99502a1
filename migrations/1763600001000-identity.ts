import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Users, their provider customers, groups with members, and API keys. */
export class Identity1763600001000 implements MigrationInterface {
  readonly name = 'Identity1763600001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await createUsers(runner);
    await createGroups(runner);
    await createApiKeys(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`DROP TABLE api_keys`);
    await runner.query(`DROP TABLE group_members`);
    await runner.query(`DROP TABLE groups`);
    await runner.query(`DROP TABLE user_provider_customers`);
    await runner.query(`DROP TABLE users`);
  }
}

async function createUsers(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE users (
      id bigint GENERATED ALWAYS AS IDENTITY,
      external_id text NOT NULL,
      name text NOT NULL,
      email text NOT NULL,
      payment_provider_customer_id text,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT users_pkey PRIMARY KEY (id),
      CONSTRAINT users_external_id_key UNIQUE (external_id)
    )`);
  await runner.query(`CREATE UNIQUE INDEX users_email_key ON users (lower(email))`);
  await runner.query(`
    CREATE TABLE user_provider_customers (
      user_id bigint NOT NULL,
      provider text NOT NULL,
      provider_customer_id text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT user_provider_customers_pkey PRIMARY KEY (user_id, provider),
      CONSTRAINT user_provider_customers_customer_key UNIQUE (provider, provider_customer_id),
      CONSTRAINT user_provider_customers_provider_check CHECK (provider = 'stripe'),
      CONSTRAINT user_provider_customers_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)
    )`);
}

async function createGroups(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE groups (
      id bigint GENERATED ALWAYS AS IDENTITY,
      external_id text NOT NULL,
      name text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT groups_pkey PRIMARY KEY (id),
      CONSTRAINT groups_external_id_key UNIQUE (external_id)
    )`);
  await runner.query(`
    CREATE TABLE group_members (
      group_id bigint NOT NULL,
      user_id bigint NOT NULL,
      role text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT group_members_pkey PRIMARY KEY (group_id, user_id),
      CONSTRAINT group_members_role_check CHECK (role IN ('owner', 'admin', 'member')),
      CONSTRAINT group_members_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups (id),
      CONSTRAINT group_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)
    )`);
  await runner.query(`CREATE INDEX group_members_user_id_idx ON group_members (user_id)`);
}

async function createApiKeys(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE api_keys (
      id bigint GENERATED ALWAYS AS IDENTITY,
      uuid uuid NOT NULL DEFAULT gen_random_uuid(),
      name text NOT NULL,
      key_hash text NOT NULL,
      prefix text NOT NULL,
      scopes text[] NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      last_used_at timestamptz,
      revoked_at timestamptz,
      CONSTRAINT api_keys_pkey PRIMARY KEY (id),
      CONSTRAINT api_keys_uuid_key UNIQUE (uuid),
      CONSTRAINT api_keys_key_hash_key UNIQUE (key_hash),
      CONSTRAINT api_keys_key_hash_check CHECK (key_hash ~ '^[0-9a-f]{64}$'),
      CONSTRAINT api_keys_scopes_check CHECK (cardinality(scopes) > 0 AND scopes <@ ARRAY['service', 'admin'])
    )`);
}
