import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Switches at once in four modes, and what keeps a customer from a plan that is too small for them. */
export class PlanChanges1763800002000 implements MigrationInterface {
  readonly name = 'PlanChanges1763800002000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await addPlanSettings(runner);
    await addQuoteTerms(runner);
    await runner.query(`
      CREATE TABLE group_usages (
        group_id bigint NOT NULL,
        usage jsonb NOT NULL,
        reported_at timestamptz NOT NULL,
        CONSTRAINT group_usages_pkey PRIMARY KEY (group_id),
        CONSTRAINT group_usages_usage_check CHECK (jsonb_typeof(usage) = 'object'),
        CONSTRAINT group_usages_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups (id)
      )`);
    // Attempts keep the provider's call word for word, and one that is not resolved yet is made or asked about again.
    await runner.query(`
      UPDATE charge_attempts
      SET command = command || '{"kind": "change_plan", "mode": "prorated_immediately", "credit": 0}'
      WHERE command ->> 'kind' = 'upgrade_plan'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`
      UPDATE charge_attempts SET command = (command || '{"kind": "upgrade_plan"}') - 'mode' - 'credit'
      WHERE command ->> 'kind' = 'change_plan'`);
    await runner.query(`DROP TABLE group_usages`);
    await runner.query(`DROP INDEX plan_quotes_subscription_id_idx`);
    await runner.query(`
      ALTER TABLE plan_quotes
        DROP COLUMN mode, DROP COLUMN credit, DROP COLUMN next_billing_at, DROP COLUMN replaced_plan_id,
        DROP COLUMN failure_code`);
    await runner.query(`ALTER TABLE package_plans DROP COLUMN limits`);
    await runner.query(`ALTER TABLE packages DROP COLUMN downgrade_policy, DROP COLUMN proration_modes`);
  }
}

async function addPlanSettings(runner: QueryRunner): Promise<void> {
  await runner.query(`
    ALTER TABLE package_plans
      ADD COLUMN limits jsonb NOT NULL DEFAULT '{}',
      ADD CONSTRAINT package_plans_limits_check CHECK (jsonb_typeof(limits) = 'object')`);
  await runner.query(`
    ALTER TABLE packages
      ADD COLUMN downgrade_policy text NOT NULL DEFAULT 'block',
      ADD COLUMN proration_modes text[] NOT NULL
        DEFAULT '{difference_immediately,prorated_immediately,full_immediately}',
      ADD CONSTRAINT packages_downgrade_policy_check CHECK (downgrade_policy IN ('allow', 'block', 'schedule')),
      ADD CONSTRAINT packages_proration_modes_check CHECK (proration_modes <@ ARRAY[
        'difference_immediately', 'prorated_immediately', 'full_immediately', 'do_not_bill'])`);
}

/** Quotes that were made before were prorated; what they leave over was not asked. */
async function addQuoteTerms(runner: QueryRunner): Promise<void> {
  await runner.query(`
    ALTER TABLE plan_quotes
      ADD COLUMN mode text NOT NULL DEFAULT 'prorated_immediately',
      ADD COLUMN credit bigint NOT NULL DEFAULT 0,
      ADD COLUMN next_billing_at timestamptz,
      ADD COLUMN replaced_plan_id bigint,
      ADD COLUMN failure_code text,
      ADD CONSTRAINT plan_quotes_mode_check CHECK (mode IN (
        'difference_immediately', 'prorated_immediately', 'full_immediately', 'do_not_bill')),
      ADD CONSTRAINT plan_quotes_credit_check CHECK (credit >= 0),
      ADD CONSTRAINT plan_quotes_replaced_plan_id_fkey FOREIGN KEY (replaced_plan_id) REFERENCES package_plans (id)`);
  await runner.query(`CREATE INDEX plan_quotes_subscription_id_idx ON plan_quotes (subscription_id)`);
  await runner.query(`ALTER TABLE plan_quotes ALTER COLUMN mode DROP DEFAULT, ALTER COLUMN credit DROP DEFAULT`);
}
