import { Check, Column, Entity, ForeignKey, Generated, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { PlanLimits } from '../domain/plan.js';
import { PackageEntity } from './package.entity.js';

@Entity('package_plans')
@Unique('package_plans_uuid_key', ['uuid'])
@Unique('package_plans_code_key', ['code'])
@Index('package_plans_package_id_idx', ['packageId'])
@Check('package_plans_limits_check', `jsonb_typeof(limits) = 'object'::text`)
export class PackagePlanEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'package_plans_pkey',
  })
  id: string;

  @Column({ type: 'uuid' })
  @Generated('uuid')
  uuid: string;

  @Column({ name: 'package_id', type: 'bigint' })
  @ForeignKey(() => PackageEntity, { name: 'package_plans_package_id_fkey' })
  packageId: string;

  @Column({ type: 'text' })
  code: string;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'text', nullable: true })
  description: string | null;

  /** Selling points, one line each. */
  @Column({ type: 'text', array: true, default: '{}' })
  features: string[];

  /** How much of each thing the plan allows, by the merchant's name of it; null: without limit. */
  @Column({ type: 'jsonb', default: {} })
  limits: PlanLimits;

  /** Order in lists, lowest first. */
  @Column({ type: 'integer', default: 0 })
  rank: number;

  /** Whether customers are shown the plan. Those who have it keep it. */
  @Column({ name: 'is_offered', type: 'boolean', default: true })
  isOffered: boolean;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt: Date;
}
