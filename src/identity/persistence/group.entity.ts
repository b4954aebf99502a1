import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** Users who share a subscription: a team, a family, a company. */
@Entity('groups')
@Unique('groups_external_id_key', ['externalId'])
export class GroupEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'groups_pkey',
  })
  id: string;

  @Column({ name: 'external_id', type: 'text' })
  externalId: string;

  @Column({ type: 'text' })
  name: string;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt: Date;
}
