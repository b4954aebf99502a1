import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Runs that compare us with a provider, and what they found. */
export class Reconciliation1763900001000 implements MigrationInterface {
  readonly name = 'Reconciliation1763900001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await createRuns(runner);
    await createDifferences(runner);
    await runner.query(`
      CREATE TABLE reconciliation_sightings (
        run_id bigint NOT NULL,
        subject text NOT NULL,
        CONSTRAINT reconciliation_sightings_pkey PRIMARY KEY (run_id, subject),
        CONSTRAINT reconciliation_sightings_run_id_fkey
          FOREIGN KEY (run_id) REFERENCES reconciliation_runs (id) ON DELETE CASCADE
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`DROP TABLE reconciliation_sightings`);
    await runner.query(`DROP TABLE reconciliation_differences`);
    await runner.query(`DROP TABLE reconciliation_runs`);
  }
}

async function createRuns(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE reconciliation_runs (
      id bigint GENERATED ALWAYS AS IDENTITY,
      uuid uuid NOT NULL DEFAULT gen_random_uuid(),
      payment_provider text NOT NULL,
      kind text NOT NULL,
      dry_run boolean NOT NULL,
      since timestamptz NOT NULL,
      status text NOT NULL DEFAULT 'running',
      phase text NOT NULL,
      cursor text,
      counts jsonb NOT NULL DEFAULT '{}',
      error text,
      requested_by text,
      takes integer NOT NULL DEFAULT 0,
      lease_token uuid,
      due_at timestamptz NOT NULL DEFAULT now(),
      started_at timestamptz NOT NULL DEFAULT now(),
      finished_at timestamptz,
      CONSTRAINT reconciliation_runs_pkey PRIMARY KEY (id),
      CONSTRAINT reconciliation_runs_uuid_key UNIQUE (uuid),
      CONSTRAINT reconciliation_runs_kind_check CHECK (kind IN ('scheduled', 'requested')),
      CONSTRAINT reconciliation_runs_status_check CHECK (status IN ('running', 'completed', 'failed')),
      CONSTRAINT reconciliation_runs_finished_check CHECK ((status = 'running') = (finished_at IS NULL))
    )`);
  await runner.query(`
    CREATE UNIQUE INDEX reconciliation_runs_running_key ON reconciliation_runs (payment_provider)
    WHERE status = 'running'`);
}

async function createDifferences(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE reconciliation_differences (
      id bigint GENERATED ALWAYS AS IDENTITY,
      uuid uuid NOT NULL DEFAULT gen_random_uuid(),
      run_id bigint NOT NULL,
      payment_provider text NOT NULL,
      type text NOT NULL,
      action text NOT NULL,
      status text NOT NULL DEFAULT 'found',
      provider_id text NOT NULL,
      our_id text,
      ours jsonb,
      theirs jsonb,
      fact jsonb,
      fingerprint text NOT NULL,
      note text,
      settled_by text,
      created_at timestamptz NOT NULL DEFAULT now(),
      settled_at timestamptz,
      CONSTRAINT reconciliation_differences_pkey PRIMARY KEY (id),
      CONSTRAINT reconciliation_differences_uuid_key UNIQUE (uuid),
      CONSTRAINT reconciliation_differences_subject_key UNIQUE (run_id, type, provider_id),
      CONSTRAINT reconciliation_differences_action_check CHECK (action IN ('adopt', 'restore', 'ask')),
      CONSTRAINT reconciliation_differences_status_check CHECK (status IN ('found', 'applied', 'open', 'dismissed')),
      CONSTRAINT reconciliation_differences_run_id_fkey FOREIGN KEY (run_id) REFERENCES reconciliation_runs (id)
    )`);
  await runner.query(`
    CREATE INDEX reconciliation_differences_settled_idx ON reconciliation_differences (payment_provider, fingerprint)
    WHERE status <> 'found'`);
  await runner.query(`
    CREATE INDEX reconciliation_differences_waiting_idx ON reconciliation_differences (id) WHERE status = 'open'`);
}
