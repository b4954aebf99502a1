import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every movement of money that we ask a provider for, and how each came to be what it is. */
export class Charging1763700003000 implements MigrationInterface {
  readonly name = 'Charging1763700003000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`
      CREATE TABLE charge_attempts (
        id bigint GENERATED ALWAYS AS IDENTITY,
        uuid uuid NOT NULL DEFAULT gen_random_uuid(),
        intent_key text NOT NULL,
        purpose text NOT NULL,
        subject_id bigint NOT NULL,
        status text NOT NULL DEFAULT 'claimed',
        payment_provider text NOT NULL,
        user_id bigint NOT NULL,
        amount bigint NOT NULL,
        currency text NOT NULL,
        command jsonb NOT NULL,
        provider_references jsonb NOT NULL DEFAULT '{}',
        provider_payment_id text,
        provider_checkout_id text,
        next_step jsonb,
        method jsonb,
        failure_code text,
        failure_detail text,
        sent_at timestamptz,
        absent_at timestamptz,
        expires_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT charge_attempts_pkey PRIMARY KEY (id),
        CONSTRAINT charge_attempts_uuid_key UNIQUE (uuid),
        CONSTRAINT charge_attempts_status_check CHECK (status IN (
          'claimed', 'sent', 'unknown', 'requires_action', 'pending',
          'succeeded', 'failed', 'expired', 'canceled', 'refund_due', 'refunded')),
        CONSTRAINT charge_attempts_amount_check CHECK (amount >= 0),
        CONSTRAINT charge_attempts_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
        CONSTRAINT charge_attempts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)
      )`);
    // Never two at once for one intent, and none after one that succeeded.
    await runner.query(`
      CREATE UNIQUE INDEX charge_attempts_intent_key ON charge_attempts (intent_key)
        WHERE status IN ('claimed', 'sent', 'unknown', 'requires_action', 'pending', 'succeeded')`);
    await runner.query(`CREATE INDEX charge_attempts_subject_idx ON charge_attempts (purpose, subject_id)`);
    await runner.query(`
      CREATE INDEX charge_attempts_payment_idx ON charge_attempts (payment_provider, provider_payment_id)
        WHERE provider_payment_id IS NOT NULL`);
    await runner.query(`
      CREATE INDEX charge_attempts_checkout_idx ON charge_attempts (payment_provider, provider_checkout_id)
        WHERE provider_checkout_id IS NOT NULL`);
    await runner.query(`
      CREATE INDEX charge_attempts_open_idx ON charge_attempts (id)
        WHERE status IN ('claimed', 'sent', 'unknown', 'requires_action', 'pending', 'refund_due')`);
    await runner.query(`
      CREATE TABLE charge_attempt_moves (
        id bigint GENERATED ALWAYS AS IDENTITY,
        charge_attempt_id bigint NOT NULL,
        from_status text,
        to_status text NOT NULL,
        cause text NOT NULL,
        moved_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT charge_attempt_moves_pkey PRIMARY KEY (id),
        CONSTRAINT charge_attempt_moves_charge_attempt_id_fkey
          FOREIGN KEY (charge_attempt_id) REFERENCES charge_attempts (id)
      )`);
    await runner.query(`
      CREATE INDEX charge_attempt_moves_charge_attempt_id_idx ON charge_attempt_moves (charge_attempt_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`DROP TABLE charge_attempt_moves`);
    await runner.query(`DROP TABLE charge_attempts`);
  }
}
