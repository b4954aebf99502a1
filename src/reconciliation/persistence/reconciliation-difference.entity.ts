import { Check, Column, Entity, ForeignKey, Generated, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { MoneyFact } from '../../billing-providers/index.js';
import type { DifferenceAction, DifferenceStatus, DifferenceType, Side } from '../domain/difference.js';
import { ReconciliationRunEntity } from './reconciliation-run.entity.js';

/** What a run found, and what became of it: never deleted, so that it is known who changed what and why. */
@Entity('reconciliation_differences')
@Unique('reconciliation_differences_uuid_key', ['uuid'])
@Unique('reconciliation_differences_subject_key', ['runId', 'type', 'providerId'])
@Index('reconciliation_differences_settled_idx', ['provider', 'fingerprint'], { where: `status <> 'found'::text` })
@Index('reconciliation_differences_waiting_idx', ['id'], { where: `status = 'open'::text` })
@Check('reconciliation_differences_action_check', `action = ANY (ARRAY['adopt'::text, 'restore'::text, 'ask'::text])`)
@Check(
  'reconciliation_differences_status_check',
  `status = ANY (ARRAY['found'::text, 'applied'::text, 'open'::text, 'dismissed'::text])`,
)
export class ReconciliationDifferenceEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'reconciliation_differences_pkey',
  })
  id: string;

  @Column('uuid')
  @Generated('uuid')
  uuid: string;

  @Column('bigint', { name: 'run_id' })
  @ForeignKey(() => ReconciliationRunEntity, { name: 'reconciliation_differences_run_id_fkey' })
  runId: string;

  @Column('text', { name: 'payment_provider' })
  provider: string;

  @Column('text')
  type: DifferenceType;

  @Column('text')
  action: DifferenceAction;

  @Column('text', { default: 'found' })
  status: DifferenceStatus;

  @Column('text', { name: 'provider_id' })
  providerId: string;

  @Column('text', { name: 'our_id', nullable: true })
  ourId: string | null;

  @Column('jsonb', { nullable: true })
  ours: Side | null;

  @Column('jsonb', { nullable: true })
  theirs: Side | null;

  /** What the door of money is told when it is adopted. */
  @Column('jsonb', { nullable: true })
  fact: MoneyFact | null;

  /** The same for the same difference in every run. */
  @Column('text')
  fingerprint: string;

  /** What came of it. */
  @Column('text', { nullable: true })
  note: string | null;

  /** The API key or the run that settled it. */
  @Column('text', { name: 'settled_by', nullable: true })
  settledBy: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'settled_at', nullable: true })
  settledAt: Date | null;
}
