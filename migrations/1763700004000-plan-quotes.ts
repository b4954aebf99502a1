import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an immediate plan change would cost, as the provider said when it was asked. */
export class PlanQuotes1763700004000 implements MigrationInterface {
  readonly name = 'PlanQuotes1763700004000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`
      CREATE TABLE plan_quotes (
        id bigint GENERATED ALWAYS AS IDENTITY,
        uuid uuid NOT NULL DEFAULT gen_random_uuid(),
        subscription_id bigint NOT NULL,
        user_id bigint NOT NULL,
        target_plan_id bigint NOT NULL,
        target_price_id text NOT NULL,
        from_price_id text NOT NULL,
        proration_at timestamptz NOT NULL,
        amount_due bigint NOT NULL,
        currency text NOT NULL,
        method jsonb,
        status text NOT NULL DEFAULT 'open',
        expires_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT plan_quotes_pkey PRIMARY KEY (id),
        CONSTRAINT plan_quotes_uuid_key UNIQUE (uuid),
        CONSTRAINT plan_quotes_status_check
          CHECK (status IN ('open', 'executing', 'applied', 'failed', 'expired', 'superseded')),
        CONSTRAINT plan_quotes_amount_due_check CHECK (amount_due >= 0),
        CONSTRAINT plan_quotes_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
        CONSTRAINT plan_quotes_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES subscriptions (id),
        CONSTRAINT plan_quotes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
        CONSTRAINT plan_quotes_target_plan_id_fkey FOREIGN KEY (target_plan_id) REFERENCES package_plans (id)
      )`);
    await runner.query(`
      CREATE UNIQUE INDEX plan_quotes_open_key ON plan_quotes (subscription_id) WHERE status = 'open'`);
    await runner.query(`
      CREATE UNIQUE INDEX plan_quotes_executing_key ON plan_quotes (subscription_id) WHERE status = 'executing'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`DROP TABLE plan_quotes`);
  }
}
