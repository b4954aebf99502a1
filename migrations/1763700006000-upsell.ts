import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sales, the sessions that extend them, and what customers saw, decided and agreed to. */
export class Upsell1763700006000 implements MigrationInterface {
  readonly name = 'Upsell1763700006000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await createSales(runner);
    await createSessions(runner);
    await createRecords(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`DROP TABLE upsell_events`);
    await runner.query(`DROP TABLE upsell_decisions`);
    await runner.query(`DROP TABLE upsell_sessions`);
    await runner.query(`DROP TABLE sale_items`);
    await runner.query(`DROP TABLE sales`);
  }
}

async function createSales(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE sales (
      id bigint GENERATED ALWAYS AS IDENTITY,
      uuid uuid NOT NULL DEFAULT gen_random_uuid(),
      payment_provider text NOT NULL,
      provider_payment_id text NOT NULL,
      provider_checkout_id text,
      provider_customer_id text,
      user_id bigint NOT NULL,
      group_id bigint,
      offer_id bigint NOT NULL,
      amount bigint NOT NULL,
      currency text NOT NULL,
      method_kind text NOT NULL,
      status text NOT NULL DEFAULT 'approved',
      source text NOT NULL,
      language text,
      return_url text,
      paid_at timestamptz NOT NULL,
      closed_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT sales_pkey PRIMARY KEY (id),
      CONSTRAINT sales_uuid_key UNIQUE (uuid),
      CONSTRAINT sales_payment_key UNIQUE (payment_provider, provider_payment_id),
      CONSTRAINT sales_status_check CHECK (status IN ('approved', 'extended', 'finalized')),
      CONSTRAINT sales_source_check CHECK (source IN ('checkout', 'payment', 'claim')),
      CONSTRAINT sales_method_kind_check CHECK (method_kind IN ('card', 'pix', 'other')),
      CONSTRAINT sales_amount_check CHECK (amount >= 0),
      CONSTRAINT sales_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
      CONSTRAINT sales_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
      CONSTRAINT sales_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups (id),
      CONSTRAINT sales_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES offers (id)
    )`);
  await runner.query(`CREATE INDEX sales_user_id_idx ON sales (user_id)`);
  await runner.query(`
    CREATE TABLE sale_items (
      id bigint GENERATED ALWAYS AS IDENTITY,
      uuid uuid NOT NULL DEFAULT gen_random_uuid(),
      sale_id bigint NOT NULL,
      kind text NOT NULL,
      offer_id bigint NOT NULL,
      step_position integer,
      name text NOT NULL,
      amount bigint NOT NULL,
      currency text NOT NULL,
      status text NOT NULL DEFAULT 'pending',
      refunded_amount bigint NOT NULL DEFAULT 0,
      provider_payment_id text,
      plan_quote_id bigint,
      disputes jsonb NOT NULL DEFAULT '{}',
      paid_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT sale_items_pkey PRIMARY KEY (id),
      CONSTRAINT sale_items_uuid_key UNIQUE (uuid),
      CONSTRAINT sale_items_kind_check CHECK (kind IN ('main', 'upsell')),
      CONSTRAINT sale_items_step_check CHECK ((kind = 'upsell') = (step_position IS NOT NULL)),
      CONSTRAINT sale_items_status_check CHECK (status IN ('pending', 'paid', 'failed', 'expired', 'refunded')),
      CONSTRAINT sale_items_amount_check CHECK (amount >= 0),
      CONSTRAINT sale_items_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
      CONSTRAINT sale_items_refunded_amount_check CHECK (refunded_amount BETWEEN 0 AND amount),
      CONSTRAINT sale_items_sale_id_fkey FOREIGN KEY (sale_id) REFERENCES sales (id),
      CONSTRAINT sale_items_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES offers (id),
      CONSTRAINT sale_items_plan_quote_id_fkey FOREIGN KEY (plan_quote_id) REFERENCES plan_quotes (id)
    )`);
  await runner.query(`CREATE UNIQUE INDEX sale_items_main_key ON sale_items (sale_id) WHERE kind = 'main'`);
  await runner.query(`CREATE INDEX sale_items_sale_id_idx ON sale_items (sale_id)`);
  await runner.query(`CREATE INDEX sale_items_payment_idx ON sale_items (provider_payment_id)`);
}

async function createSessions(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE upsell_sessions (
      id bigint GENERATED ALWAYS AS IDENTITY,
      uuid uuid NOT NULL DEFAULT gen_random_uuid(),
      sale_id bigint NOT NULL,
      sale_item_id bigint NOT NULL,
      user_id bigint NOT NULL,
      version_id bigint NOT NULL,
      status text NOT NULL DEFAULT 'open',
      step_position integer,
      offered_offer_ids bigint[] NOT NULL DEFAULT '{}',
      step_expires_at timestamptz,
      charge_attempt_id bigint,
      last_failure text,
      methods jsonb,
      redirect_url text,
      expires_at timestamptz NOT NULL,
      closed_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT upsell_sessions_pkey PRIMARY KEY (id),
      CONSTRAINT upsell_sessions_uuid_key UNIQUE (uuid),
      CONSTRAINT upsell_sessions_sale_id_key UNIQUE (sale_id),
      CONSTRAINT upsell_sessions_status_check
        CHECK (status IN ('open', 'charging', 'completed', 'expired', 'killed')),
      CONSTRAINT upsell_sessions_step_check
        CHECK ((status IN ('open', 'charging')) = (step_position IS NOT NULL)),
      CONSTRAINT upsell_sessions_charging_check CHECK ((status = 'charging') = (charge_attempt_id IS NOT NULL)),
      CONSTRAINT upsell_sessions_closed_check CHECK ((status IN ('open', 'charging')) = (closed_at IS NULL)),
      CONSTRAINT upsell_sessions_sale_id_fkey FOREIGN KEY (sale_id) REFERENCES sales (id),
      CONSTRAINT upsell_sessions_sale_item_id_fkey FOREIGN KEY (sale_item_id) REFERENCES sale_items (id),
      CONSTRAINT upsell_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
      CONSTRAINT upsell_sessions_version_id_fkey FOREIGN KEY (version_id) REFERENCES upsell_funnel_versions (id),
      CONSTRAINT upsell_sessions_charge_attempt_id_fkey
        FOREIGN KEY (charge_attempt_id) REFERENCES charge_attempts (id)
    )`);
  await runner.query(`
    CREATE INDEX upsell_sessions_open_idx ON upsell_sessions (expires_at) WHERE status IN ('open', 'charging')`);
}

async function createRecords(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE upsell_decisions (
      id bigint GENERATED ALWAYS AS IDENTITY,
      session_id bigint NOT NULL,
      user_id bigint NOT NULL,
      version_id bigint NOT NULL,
      step_position integer NOT NULL,
      decision text NOT NULL,
      offer_id bigint,
      sale_item_id bigint,
      charge_attempt_id bigint,
      agreed jsonb,
      decided_at timestamptz NOT NULL,
      CONSTRAINT upsell_decisions_pkey PRIMARY KEY (id),
      CONSTRAINT upsell_decisions_decision_check CHECK (decision IN ('accept', 'decline')),
      CONSTRAINT upsell_decisions_agreed_check CHECK ((decision = 'accept') = (agreed IS NOT NULL)),
      CONSTRAINT upsell_decisions_session_id_fkey FOREIGN KEY (session_id) REFERENCES upsell_sessions (id),
      CONSTRAINT upsell_decisions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
      CONSTRAINT upsell_decisions_version_id_fkey FOREIGN KEY (version_id) REFERENCES upsell_funnel_versions (id),
      CONSTRAINT upsell_decisions_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES offers (id),
      CONSTRAINT upsell_decisions_sale_item_id_fkey FOREIGN KEY (sale_item_id) REFERENCES sale_items (id),
      CONSTRAINT upsell_decisions_charge_attempt_id_fkey
        FOREIGN KEY (charge_attempt_id) REFERENCES charge_attempts (id)
    )`);
  await runner.query(`CREATE INDEX upsell_decisions_session_id_idx ON upsell_decisions (session_id)`);
  await runner.query(`
    CREATE INDEX upsell_decisions_declined_idx ON upsell_decisions (user_id, offer_id) WHERE decision = 'decline'`);
  await runner.query(`
    CREATE TABLE upsell_events (
      id bigint GENERATED ALWAYS AS IDENTITY,
      session_id bigint NOT NULL,
      sale_id bigint NOT NULL,
      version_id bigint NOT NULL,
      step_position integer NOT NULL,
      offer_id bigint,
      type text NOT NULL,
      amount bigint,
      currency text,
      reason text,
      occurred_at timestamptz NOT NULL,
      CONSTRAINT upsell_events_pkey PRIMARY KEY (id),
      CONSTRAINT upsell_events_type_check CHECK (type IN (
        'impression', 'accept', 'decline', 'failure', 'fallback', 'expiry', 'paid', 'refund')),
      CONSTRAINT upsell_events_amount_check CHECK ((amount IS NULL) = (currency IS NULL)),
      CONSTRAINT upsell_events_session_id_fkey FOREIGN KEY (session_id) REFERENCES upsell_sessions (id),
      CONSTRAINT upsell_events_sale_id_fkey FOREIGN KEY (sale_id) REFERENCES sales (id),
      CONSTRAINT upsell_events_version_id_fkey FOREIGN KEY (version_id) REFERENCES upsell_funnel_versions (id),
      CONSTRAINT upsell_events_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES offers (id)
    )`);
  await runner.query(`
    CREATE UNIQUE INDEX upsell_events_impression_key ON upsell_events (session_id, step_position)
      WHERE type = 'impression'`);
  await runner.query(`CREATE INDEX upsell_events_occurred_at_idx ON upsell_events (occurred_at)`);
  await runner.query(`CREATE INDEX upsell_events_version_id_idx ON upsell_events (version_id, step_position)`);
  for (const table of ['upsell_decisions', 'upsell_events']) {
    await runner.query(`
      CREATE TRIGGER ${table}_immutable BEFORE UPDATE OR DELETE ON ${table}
        FOR EACH ROW EXECUTE FUNCTION refuse_change()`);
  }
}
