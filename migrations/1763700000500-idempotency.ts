import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Answers to requests that carried an `Idempotency-Key`. */
export class Idempotency1763700000500 implements MigrationInterface {
  readonly name = 'Idempotency1763700000500';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`
      CREATE TABLE idempotent_requests (
        id bigint GENERATED ALWAYS AS IDENTITY,
        scope text NOT NULL,
        key text NOT NULL,
        request_hash text NOT NULL,
        claim_token uuid NOT NULL,
        response_status integer,
        response_content_type text,
        response_language text,
        response_body text,
        locked_until timestamptz NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT idempotent_requests_pkey PRIMARY KEY (id),
        CONSTRAINT idempotent_requests_key UNIQUE (scope, key)
      )`);
    await runner.query(`CREATE INDEX idempotent_requests_created_at_idx ON idempotent_requests (created_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`DROP TABLE idempotent_requests`);
  }
}
