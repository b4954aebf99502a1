import { Check, Column, Entity, ForeignKey, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { OfferEntity, PackagePlanEntity } from '../../catalog/index.js';
import type { TriggerKind } from '../domain/upsell-rule.js';

/** What is offered at a moment that the merchant's server tells of. */
@Entity('upsell_rules')
@Unique('upsell_rules_code_key', ['code'])
@Check(
  'upsell_rules_trigger_check',
  `trigger = ANY (ARRAY['usage_milestone'::text, 'plan_limit'::text, 'onboarding_done'::text])`,
)
@Check('upsell_rules_minimum_check', 'minimum >= 0')
@Check('upsell_rules_valid_minutes_check', 'valid_minutes > 0')
export class UpsellRuleEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'upsell_rules_pkey',
  })
  id: string;

  @Column('text')
  code: string;

  @Column('text')
  trigger: TriggerKind;

  @Column('bigint', { name: 'offer_id' })
  @ForeignKey(() => OfferEntity, { name: 'upsell_rules_offer_id_fkey' })
  offerId: string;

  /** For customers at this plan alone; null: whatever they have. */
  @Column('bigint', { name: 'plan_id', nullable: true })
  @ForeignKey(() => PackagePlanEntity, { name: 'upsell_rules_plan_id_fkey' })
  planId: string | null;

  /** The trigger's value, such as uses or per cent of a limit, has to be this high. */
  @Column('integer', { nullable: true })
  minimum: number | null;

  @Column('integer', { name: 'valid_minutes' })
  validMinutes: number;

  @Column('boolean', { name: 'is_active', default: true })
  isActive: boolean;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
