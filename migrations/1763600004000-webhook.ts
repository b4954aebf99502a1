import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The inbox of signed provider events, and the plan-change document's `stripe_webhook_events` as a view over it.
 *
 * The partial indexes hold only rows that are not settled (or that wait), so claiming, waking and counting cost the
 * same whether a thousand or a hundred million events are completed.
 */
export class Webhook1763600004000 implements MigrationInterface {
  name = 'Webhook1763600004000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`
      CREATE TABLE webhook_events (
        id bigint GENERATED ALWAYS AS IDENTITY,
        provider text NOT NULL,
        provider_event_id text NOT NULL,
        event_type text NOT NULL,
        payload bytea NOT NULL,
        occurred_at timestamptz,
        livemode boolean NOT NULL,
        status text NOT NULL DEFAULT 'pending',
        outcome text,
        error text,
        attempts integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz,
        claim_token uuid,
        lease_until timestamptz,
        waiting_for text,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        completed_at timestamptz,
        CONSTRAINT webhook_events_pkey PRIMARY KEY (id),
        CONSTRAINT webhook_events_provider_event_key UNIQUE (provider, provider_event_id),
        CONSTRAINT webhook_events_status_check
          CHECK (status = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text, 'failed'::text])),
        CONSTRAINT webhook_events_attempts_check CHECK (attempts >= 0),
        CONSTRAINT webhook_events_claim_check
          CHECK ((status = 'processing'::text) = (claim_token IS NOT NULL)
                 AND (claim_token IS NULL) = (lease_until IS NULL)),
        CONSTRAINT webhook_events_completed_check CHECK ((status = 'completed'::text) = (completed_at IS NOT NULL))
      )`);
    // Every row is updated twice within seconds of its insert: dead entries at the head of the queue slow claiming
    // down.
    await runner.query(`
      ALTER TABLE webhook_events SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02)`);
    await runner.query(`
      CREATE INDEX webhook_events_pending_idx ON webhook_events (id) WHERE status = 'pending'`);
    await runner.query(`
      CREATE INDEX webhook_events_lease_idx ON webhook_events (lease_until) WHERE status = 'processing'`);
    await runner.query(`
      CREATE INDEX webhook_events_retry_idx ON webhook_events (next_attempt_at)
        WHERE status = 'failed' AND next_attempt_at IS NOT NULL`);
    await runner.query(`
      CREATE INDEX webhook_events_failed_idx ON webhook_events (id) WHERE status = 'failed'`);
    await runner.query(`
      CREATE INDEX webhook_events_waiting_idx ON webhook_events (waiting_for) WHERE waiting_for IS NOT NULL`);
    // For the admin's lists. 'applied' is the bulk: any page of it is found at once by walking the primary key.
    await runner.query(`CREATE INDEX webhook_events_type_idx ON webhook_events (event_type, id)`);
    await runner.query(`
      CREATE INDEX webhook_events_outcome_idx ON webhook_events (outcome, id) WHERE outcome <> 'applied'`);
    await runner.query(`
      CREATE VIEW stripe_webhook_events AS
        SELECT id, provider_event_id AS stripe_event_id, event_type, status, error, created_at, updated_at
          FROM webhook_events
         WHERE provider = 'stripe'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`DROP VIEW stripe_webhook_events`);
    await runner.query(`DROP TABLE webhook_events`);
  }
}
