import { Check, Column, Entity, Generated, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { Counts } from '../domain/difference.js';
import type { RunKind, RunStatus } from '../domain/run.js';

/** A comparison with one provider. `since` is product time; the others are the database's. */
@Entity('reconciliation_runs')
@Unique('reconciliation_runs_uuid_key', ['uuid'])
@Index('reconciliation_runs_running_key', ['provider'], { unique: true, where: `status = 'running'::text` })
@Check('reconciliation_runs_kind_check', `kind = ANY (ARRAY['scheduled'::text, 'requested'::text])`)
@Check('reconciliation_runs_status_check', `status = ANY (ARRAY['running'::text, 'completed'::text, 'failed'::text])`)
@Check('reconciliation_runs_finished_check', `(status = 'running'::text) = (finished_at IS NULL)`)
export class ReconciliationRunEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'reconciliation_runs_pkey',
  })
  id: string;

  @Column('uuid')
  @Generated('uuid')
  uuid: string;

  @Column('text', { name: 'payment_provider' })
  provider: string;

  @Column('text')
  kind: RunKind;

  @Column('boolean', { name: 'dry_run' })
  dryRun: boolean;

  /** How far back money is listed. */
  @Column('timestamptz')
  since: Date;

  @Column('text', { default: 'running' })
  status: RunStatus;

  /** Where it goes on, and from which page. */
  @Column('text')
  phase: string;

  @Column('text', { nullable: true })
  cursor: string | null;

  @Column('jsonb', { default: {} })
  counts: Partial<Counts>;

  @Column('text', { nullable: true })
  error: string | null;

  /** Who asked for it; null: the schedule. */
  @Column('text', { name: 'requested_by', nullable: true })
  requestedBy: string | null;

  /** How often somebody took it up without getting any further. */
  @Column('integer', { default: 0 })
  takes: number;

  /** Of the one who works on it. */
  @Column('uuid', { name: 'lease_token', nullable: true })
  leaseToken: string | null;

  /** From when on anybody may take it up: the end of a lease, or of a pause. */
  @Column('timestamptz', { name: 'due_at', default: () => 'now()' })
  dueAt: Date;

  @Column('timestamptz', { name: 'started_at', default: () => 'now()' })
  startedAt: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;
}
