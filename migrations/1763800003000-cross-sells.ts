import type { MigrationInterface, QueryRunner } from 'typeorm';

const SOURCES = ['checkout', 'payment', 'claim'];

/** What existing customers buy in addition, and the moments of theirs at which it is offered. */
export class CrossSells1763800003000 implements MigrationInterface {
  readonly name = 'CrossSells1763800003000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await setSources(runner, [...SOURCES, 'cross_sell']);
    await createRules(runner);
    await createTriggers(runner);
    await createCrossSells(runner);
  }

  /** Refused by the database while there are sales of this kind: they are money, and stay. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`DROP TABLE cross_sells`);
    await runner.query(`DROP TABLE upsell_triggers`);
    await runner.query(`DROP TABLE upsell_rules`);
    await setSources(runner, SOURCES);
  }
}

async function setSources(runner: QueryRunner, sources: readonly string[]): Promise<void> {
  const list = sources.map((source) => `'${source}'`).join(', ');
  await runner.query(`ALTER TABLE sales DROP CONSTRAINT sales_source_check`);
  await runner.query(`ALTER TABLE sales ADD CONSTRAINT sales_source_check CHECK (source IN (${list}))`);
}

async function createRules(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE upsell_rules (
      id bigint GENERATED ALWAYS AS IDENTITY,
      code text NOT NULL,
      trigger text NOT NULL,
      offer_id bigint NOT NULL,
      plan_id bigint,
      minimum integer,
      valid_minutes integer NOT NULL,
      is_active boolean NOT NULL DEFAULT true,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT upsell_rules_pkey PRIMARY KEY (id),
      CONSTRAINT upsell_rules_code_key UNIQUE (code),
      CONSTRAINT upsell_rules_trigger_check CHECK (trigger IN ('usage_milestone', 'plan_limit', 'onboarding_done')),
      CONSTRAINT upsell_rules_minimum_check CHECK (minimum >= 0),
      CONSTRAINT upsell_rules_valid_minutes_check CHECK (valid_minutes > 0),
      CONSTRAINT upsell_rules_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES offers (id),
      CONSTRAINT upsell_rules_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES package_plans (id)
    )`);
}

async function createTriggers(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE upsell_triggers (
      id bigint GENERATED ALWAYS AS IDENTITY,
      uuid uuid NOT NULL DEFAULT gen_random_uuid(),
      user_id bigint NOT NULL,
      group_id bigint,
      trigger text NOT NULL,
      key text NOT NULL,
      details jsonb NOT NULL DEFAULT '{}',
      rule_id bigint,
      offer_id bigint,
      status text NOT NULL,
      return_url text,
      triggered_at timestamptz NOT NULL,
      expires_at timestamptz,
      decided_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT upsell_triggers_pkey PRIMARY KEY (id),
      CONSTRAINT upsell_triggers_uuid_key UNIQUE (uuid),
      CONSTRAINT upsell_triggers_moment_key UNIQUE (user_id, trigger, key),
      CONSTRAINT upsell_triggers_trigger_check
        CHECK (trigger IN ('usage_milestone', 'plan_limit', 'onboarding_done')),
      CONSTRAINT upsell_triggers_status_check CHECK (status IN ('nothing', 'open', 'taken', 'declined')),
      CONSTRAINT upsell_triggers_offer_check CHECK ((status = 'nothing') = (offer_id IS NULL)),
      CONSTRAINT upsell_triggers_expiry_check CHECK ((offer_id IS NULL) = (expires_at IS NULL)),
      CONSTRAINT upsell_triggers_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
      CONSTRAINT upsell_triggers_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups (id),
      CONSTRAINT upsell_triggers_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES upsell_rules (id) ON DELETE SET NULL,
      CONSTRAINT upsell_triggers_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES offers (id)
    )`);
  await runner.query(`CREATE INDEX upsell_triggers_rule_id_idx ON upsell_triggers (rule_id)`);
}

async function createCrossSells(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE cross_sells (
      id bigint GENERATED ALWAYS AS IDENTITY,
      uuid uuid NOT NULL DEFAULT gen_random_uuid(),
      user_id bigint NOT NULL,
      group_id bigint,
      offer_id bigint NOT NULL,
      trigger_id bigint,
      payment_provider text NOT NULL,
      provider_customer_id text NOT NULL,
      card_id text,
      amount bigint NOT NULL,
      currency text NOT NULL,
      language text NOT NULL,
      return_url text NOT NULL,
      agreed jsonb NOT NULL,
      status text NOT NULL DEFAULT 'pending',
      charge_attempt_id bigint,
      sale_id bigint,
      decided_at timestamptz NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT cross_sells_pkey PRIMARY KEY (id),
      CONSTRAINT cross_sells_uuid_key UNIQUE (uuid),
      CONSTRAINT cross_sells_status_check CHECK (status IN ('pending', 'paid', 'failed', 'expired')),
      CONSTRAINT cross_sells_sale_check CHECK ((status = 'paid') = (sale_id IS NOT NULL)),
      CONSTRAINT cross_sells_amount_check CHECK (amount >= 0),
      CONSTRAINT cross_sells_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
      CONSTRAINT cross_sells_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
      CONSTRAINT cross_sells_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups (id),
      CONSTRAINT cross_sells_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES offers (id),
      CONSTRAINT cross_sells_trigger_id_fkey FOREIGN KEY (trigger_id) REFERENCES upsell_triggers (id),
      CONSTRAINT cross_sells_charge_attempt_id_fkey FOREIGN KEY (charge_attempt_id) REFERENCES charge_attempts (id),
      CONSTRAINT cross_sells_sale_id_fkey FOREIGN KEY (sale_id) REFERENCES sales (id)
    )`);
  await runner.query(`
    CREATE UNIQUE INDEX cross_sells_pending_key ON cross_sells (user_id, offer_id) WHERE status = 'pending'`);
  await runner.query(`CREATE INDEX cross_sells_user_id_idx ON cross_sells (user_id, offer_id)`);
  await runner.query(`CREATE INDEX cross_sells_trigger_id_idx ON cross_sells (trigger_id)`);
}
