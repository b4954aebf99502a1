import { Check, Column, Entity, Generated, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { DowngradePolicy, SwitchMode } from '../domain/plan.js';

/** A product line; its plans are the levels that it is sold in. */
@Entity('packages')
@Unique('packages_uuid_key', ['uuid'])
@Unique('packages_code_key', ['code'])
@Check(
  'packages_downgrade_policy_check',
  `downgrade_policy = ANY (ARRAY['allow'::text, 'block'::text, 'schedule'::text])`,
)
@Check(
  'packages_proration_modes_check',
  `proration_modes <@ ARRAY['difference_immediately'::text, 'prorated_immediately'::text, 'full_immediately'::text, 'do_not_bill'::text]`,
)
export class PackageEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'packages_pkey',
  })
  id: string;

  @Column({ type: 'uuid' })
  @Generated('uuid')
  uuid: string;

  @Column({ type: 'text' })
  code: string;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'text', nullable: true })
  description: string | null;

  /** What becomes of a switch to a plan that allows less than is used. */
  @Column({ name: 'downgrade_policy', type: 'text', default: 'block' })
  downgradePolicy: DowngradePolicy;

  /** How customers may have a switch at once billed. */
  @Column({
    name: 'proration_modes',
    type: 'text',
    array: true,
    default: '{difference_immediately,prorated_immediately,full_immediately}',
  })
  prorationModes: SwitchMode[];

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt: Date;
}
