import { Column, Entity, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** A customer of the merchant. `email` is unique without regard to case: an index on `lower(email)`, unknown to TypeORM. */
@Entity('users')
@Unique('users_external_id_key', ['externalId'])
@Index('users_email_key', { synchronize: false })
export class UserEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'users_pkey',
  })
  id: string;

  /** The `sub` of the customer's token. */
  @Column({ name: 'external_id', type: 'text' })
  externalId: string;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'text' })
  email: string;

  /** Mirror of the default provider’s row of `user_provider_customers`, kept by its repository. */
  @Column({ name: 'payment_provider_customer_id', type: 'text', nullable: true })
  paymentProviderCustomerId: string | null;

  /** Tokens that were issued before are refused; null: none was ever revoked. */
  @Column({ name: 'tokens_valid_from', type: 'timestamptz', nullable: true })
  tokensValidFrom: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt: Date;
}
