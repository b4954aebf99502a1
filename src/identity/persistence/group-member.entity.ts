import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { GroupRole } from '../domain/membership.js';
import { GroupEntity } from './group.entity.js';
import { UserEntity } from './user.entity.js';

@Entity('group_members')
@Check('group_members_role_check', `(role = ANY (ARRAY['owner'::text, 'admin'::text, 'member'::text]))`)
@Index('group_members_user_id_idx', ['userId'])
export class GroupMemberEntity {
  @PrimaryColumn({ name: 'group_id', type: 'bigint', primaryKeyConstraintName: 'group_members_pkey' })
  @ForeignKey(() => GroupEntity, { name: 'group_members_group_id_fkey' })
  groupId: string;

  @PrimaryColumn({ name: 'user_id', type: 'bigint', primaryKeyConstraintName: 'group_members_pkey' })
  @ForeignKey(() => UserEntity, { name: 'group_members_user_id_fkey' })
  userId: string;

  @Column({ type: 'text' })
  role: GroupRole;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt: Date;
}
