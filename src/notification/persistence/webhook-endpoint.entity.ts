import { Check, Column, Entity, Generated, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** Where the merchant's back end is told of events. Its secrets are kept as they are: they sign. */
@Entity('merchant_webhook_endpoints')
@Unique('merchant_webhook_endpoints_uuid_key', ['uuid'])
@Check(
  'merchant_webhook_endpoints_previous_secret_check',
  `(previous_secret IS NULL) = (previous_secret_until IS NULL)`,
)
export class WebhookEndpointEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'merchant_webhook_endpoints_pkey',
  })
  id: string;

  @Column('uuid')
  @Generated('uuid')
  uuid: string;

  @Column('text')
  url: string;

  @Column('text', { nullable: true })
  description: string | null;

  /** Empty: every type. */
  @Column('text', { name: 'event_types', array: true, default: () => `'{}'` })
  eventTypes: string[];

  @Column('text')
  secret: string;

  /** Signs too until `previousSecretUntil`, by the system's clock. */
  @Column('text', { name: 'previous_secret', nullable: true })
  previousSecret: string | null;

  @Column('timestamptz', { name: 'previous_secret_until', nullable: true })
  previousSecretUntil: Date | null;

  @Column('boolean', { name: 'is_active', default: true })
  isActive: boolean;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
