import { Check, Column, Entity, ForeignKey, Generated, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type {
  ChargeCommand,
  ChargeFailureCode,
  ChargeReferences,
  MethodSummary,
  NextStep,
} from '../../billing-providers/index.js';
import { UserEntity } from '../../identity/index.js';
import type { AttemptStatus } from '../domain/attempt-status.js';

/** One try to move money. Amounts in minor units; times are the database's, `expires_at` is product time. */
@Entity('charge_attempts')
@Unique('charge_attempts_uuid_key', ['uuid'])
@Index('charge_attempts_intent_key', ['intentKey'], {
  unique: true,
  where: `status = ANY (ARRAY['claimed'::text, 'sent'::text, 'unknown'::text, 'requires_action'::text, 'pending'::text, 'succeeded'::text])`,
})
@Index('charge_attempts_payment_idx', ['provider', 'providerPaymentId'], { where: 'provider_payment_id IS NOT NULL' })
@Index('charge_attempts_checkout_idx', ['provider', 'providerCheckoutId'], {
  where: 'provider_checkout_id IS NOT NULL',
})
@Index('charge_attempts_open_idx', ['id'], {
  where: `status = ANY (ARRAY['claimed'::text, 'sent'::text, 'unknown'::text, 'requires_action'::text, 'pending'::text, 'refund_due'::text])`,
})
@Index('charge_attempts_subject_idx', ['purpose', 'subjectId'])
@Index('charge_attempts_tax_id_idx', ['updatedAt'], { where: `command ? 'taxId'::text` })
@Check(
  'charge_attempts_status_check',
  `status = ANY (ARRAY['claimed'::text, 'sent'::text, 'unknown'::text, 'requires_action'::text, 'pending'::text, 'succeeded'::text, 'failed'::text, 'expired'::text, 'canceled'::text, 'refund_due'::text, 'refunded'::text])`,
)
@Check('charge_attempts_amount_check', 'amount >= 0')
@Check('charge_attempts_currency_check', `currency ~ '^[A-Z]{3}$'::text`)
export class ChargeAttemptEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'charge_attempts_pkey',
  })
  id: string;

  /** Its name towards the provider. */
  @Column('uuid')
  @Generated('uuid')
  uuid: string;

  /** What may happen once. */
  @Column('text', { name: 'intent_key' })
  intentKey: string;

  @Column('text')
  purpose: string;

  @Column('bigint', { name: 'subject_id' })
  subjectId: string;

  @Column('text', { default: 'claimed' })
  status: AttemptStatus;

  @Column('text', { name: 'payment_provider' })
  provider: string;

  @Column('bigint', { name: 'user_id' })
  @ForeignKey(() => UserEntity, { name: 'charge_attempts_user_id_fkey' })
  userId: string;

  @Column('bigint')
  amount: string;

  @Column('text')
  currency: string;

  @Column('jsonb')
  command: ChargeCommand;

  @Column('jsonb', { name: 'provider_references', default: {} })
  references: ChargeReferences;

  /** Of `references`, for finding it by; null of a refund, whose payment is another attempt's or the merchant's. */
  @Column('text', { name: 'provider_payment_id', nullable: true })
  providerPaymentId: string | null;

  @Column('text', { name: 'provider_checkout_id', nullable: true })
  providerCheckoutId: string | null;

  @Column('jsonb', { name: 'next_step', nullable: true })
  nextStep: NextStep | null;

  @Column('jsonb', { nullable: true })
  method: MethodSummary | null;

  @Column('text', { name: 'failure_code', nullable: true })
  failureCode: ChargeFailureCode | null;

  @Column('text', { name: 'failure_detail', nullable: true })
  failureDetail: string | null;

  @Column('timestamptz', { name: 'sent_at', nullable: true })
  sentAt: Date | null;

  @Column('timestamptz', { name: 'absent_at', nullable: true })
  absentAt: Date | null;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
