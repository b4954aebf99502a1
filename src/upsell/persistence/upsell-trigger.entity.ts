import { Check, Column, Entity, ForeignKey, Generated, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { OfferEntity } from '../../catalog/index.js';
import { GroupEntity, UserEntity } from '../../identity/index.js';
import type { TriggerKind, TriggerStatus } from '../domain/upsell-rule.js';
import { UpsellRuleEntity } from './upsell-rule.entity.js';

/** A moment of a customer's that the merchant's server told of, and the offer that came of it. */
@Entity('upsell_triggers')
@Unique('upsell_triggers_uuid_key', ['uuid'])
@Unique('upsell_triggers_moment_key', ['userId', 'trigger', 'key'])
@Index('upsell_triggers_rule_id_idx', ['ruleId'])
@Check(
  'upsell_triggers_trigger_check',
  `trigger = ANY (ARRAY['usage_milestone'::text, 'plan_limit'::text, 'onboarding_done'::text])`,
)
@Check(
  'upsell_triggers_status_check',
  `status = ANY (ARRAY['nothing'::text, 'open'::text, 'taken'::text, 'declined'::text])`,
)
@Check('upsell_triggers_offer_check', `(status = 'nothing'::text) = (offer_id IS NULL)`)
@Check('upsell_triggers_expiry_check', '(offer_id IS NULL) = (expires_at IS NULL)')
export class UpsellTriggerEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'upsell_triggers_pkey',
  })
  id: string;

  @Column('uuid')
  @Generated('uuid')
  uuid: string;

  @Column('bigint', { name: 'user_id' })
  @ForeignKey(() => UserEntity, { name: 'upsell_triggers_user_id_fkey' })
  userId: string;

  @Column('bigint', { name: 'group_id', nullable: true })
  @ForeignKey(() => GroupEntity, { name: 'upsell_triggers_group_id_fkey' })
  groupId: string | null;

  @Column('text')
  trigger: TriggerKind;

  /** The merchant's name of the moment: told twice, it is one. */
  @Column('text')
  key: string;

  /** What the merchant said about it. */
  @Column('jsonb', { default: {} })
  details: object;

  @Column('bigint', { name: 'rule_id', nullable: true })
  @ForeignKey(() => UpsellRuleEntity, { name: 'upsell_triggers_rule_id_fkey', onDelete: 'SET NULL' })
  ruleId: string | null;

  @Column('bigint', { name: 'offer_id', nullable: true })
  @ForeignKey(() => OfferEntity, { name: 'upsell_triggers_offer_id_fkey' })
  offerId: string | null;

  @Column('text')
  status: TriggerStatus;

  @Column('text', { name: 'return_url', nullable: true })
  returnUrl: string | null;

  /** By `Clock`. */
  @Column('timestamptz', { name: 'triggered_at' })
  triggeredAt: Date;

  /** By `Clock`. */
  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt: Date | null;

  /** By `Clock`. */
  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
