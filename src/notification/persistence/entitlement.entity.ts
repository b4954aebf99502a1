import { Check, Column, Entity, ForeignKey, Generated, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { ProductEntity } from '../../catalog/index.js';
import { UserEntity } from '../../identity/index.js';
import type { EntitlementStatus } from '../domain/entitlement.js';

/** What a customer has been given for what they paid once. */
@Entity('entitlements')
@Unique('entitlements_uuid_key', ['uuid'])
@Unique('entitlements_source_key', ['source'])
@Check('entitlements_status_check', `status = ANY (ARRAY['granted'::text, 'suspended'::text, 'revoked'::text])`)
@Index('entitlements_user_id_idx', ['userId', 'productId'])
export class EntitlementEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'entitlements_pkey',
  })
  id: string;

  @Column('uuid')
  @Generated('uuid')
  uuid: string;

  @Column('bigint', { name: 'user_id' })
  @ForeignKey(() => UserEntity, { name: 'entitlements_user_id_fkey' })
  userId: string;

  @Column('bigint', { name: 'product_id' })
  @ForeignKey(() => ProductEntity, { name: 'entitlements_product_id_fkey' })
  productId: string;

  /** Uuid of the sale item that paid for it. */
  @Column('text')
  source: string;

  @Column('text')
  status: EntitlementStatus;

  /** Why it is suspended or revoked. */
  @Column('text', { nullable: true })
  reason: string | null;

  /** How often its status was written: names the message of each change. */
  @Column('integer', { default: 1 })
  changes: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
