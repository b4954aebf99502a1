import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { GroupEntity } from '../../identity/index.js';
import type { Usage } from '../domain/plan-limits.js';

/** How much a group uses of what plans limit, as the merchant reported it last. */
@Entity('group_usages')
@Check('group_usages_usage_check', `jsonb_typeof(usage) = 'object'::text`)
export class GroupUsageEntity {
  @PrimaryColumn('bigint', { name: 'group_id', primaryKeyConstraintName: 'group_usages_pkey' })
  @ForeignKey(() => GroupEntity, { name: 'group_usages_group_id_fkey' })
  groupId: string;

  @Column('jsonb')
  usage: Usage;

  /** By `Clock`. */
  @Column('timestamptz', { name: 'reported_at' })
  reportedAt: Date;
}
