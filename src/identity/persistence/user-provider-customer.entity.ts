import { Check, Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { UserEntity } from './user.entity.js';

/** Which customer of a payment provider a user is: one per user and provider, and no customer is two users. */
@Entity('user_provider_customers')
@Unique('user_provider_customers_customer_key', ['provider', 'providerCustomerId'])
@Check('user_provider_customers_provider_check', `provider = ANY (ARRAY['stripe'::text, 'dodo'::text])`)
export class UserProviderCustomerEntity {
  @PrimaryColumn({ name: 'user_id', type: 'bigint', primaryKeyConstraintName: 'user_provider_customers_pkey' })
  @ForeignKey(() => UserEntity, { name: 'user_provider_customers_user_id_fkey' })
  userId: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'user_provider_customers_pkey' })
  provider: string;

  @Column({ name: 'provider_customer_id', type: 'text' })
  providerCustomerId: string;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt: Date;
}
