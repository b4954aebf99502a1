import { Check, Column, Entity, ForeignKey, Generated, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { DeliveryStatus } from '../domain/delivery.js';
import { WebhookEndpointEntity } from './webhook-endpoint.entity.js';

/** One message for one endpoint, and what became of it. All times are the database's. */
@Entity('merchant_webhook_deliveries')
@Unique('merchant_webhook_deliveries_uuid_key', ['uuid'])
@Unique('merchant_webhook_deliveries_message_key', ['endpointId', 'messageId'])
@Check(
  'merchant_webhook_deliveries_status_check',
  `status = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text])`,
)
@Index('merchant_webhook_deliveries_due_idx', ['endpointId', 'nextAttemptAt'], { where: `status = 'pending'` })
@Index('merchant_webhook_deliveries_failed_idx', ['id'], { where: `status = 'failed'` })
export class WebhookDeliveryEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'merchant_webhook_deliveries_pkey',
  })
  id: string;

  @Column('uuid')
  @Generated('uuid')
  uuid: string;

  @Column('bigint', { name: 'endpoint_id' })
  @ForeignKey(() => WebhookEndpointEntity, { name: 'merchant_webhook_deliveries_endpoint_id_fkey' })
  endpointId: string;

  /** `webhook-id` of every try. */
  @Column('text', { name: 'message_id' })
  messageId: string;

  @Column('text', { name: 'event_type' })
  eventType: string;

  /** The body's text, the same in every try. */
  @Column('text')
  payload: string;

  @Column('text', { default: 'pending' })
  status: DeliveryStatus;

  /** How often it was sent, or was about to be. */
  @Column('integer', { default: 0 })
  attempts: number;

  /** `attempts` when it was last replayed: the schedule of retries counts from there. */
  @Column('integer', { name: 'tries_from', default: 0 })
  triesFrom: number;

  @Column('timestamptz', { name: 'next_attempt_at', nullable: true })
  nextAttemptAt: Date | null;

  /** Whoever is sending it has it until then; a process that died gives it back so. */
  @Column('timestamptz', { name: 'leased_until', nullable: true })
  leasedUntil: Date | null;

  @Column('integer', { name: 'response_status', nullable: true })
  responseStatus: number | null;

  @Column('text', { nullable: true })
  error: string | null;

  @Column('timestamptz', { name: 'delivered_at', nullable: true })
  deliveredAt: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
