import { Column, Entity, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** A request that carried an `Idempotency-Key`, and its answer once there is one. */
@Entity('idempotent_requests')
@Unique('idempotent_requests_key', ['scope', 'key'])
@Index('idempotent_requests_created_at_idx', ['createdAt'])
export class IdempotentRequestEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'idempotent_requests_pkey',
  })
  id: string;

  /** Digest of the caller's credentials and the route: keys of one caller never meet another's. */
  @Column({ type: 'text' })
  scope: string;

  @Column({ type: 'text' })
  key: string;

  /** Digest of method, path and body. */
  @Column({ name: 'request_hash', type: 'text' })
  requestHash: string;

  /** Of the run that may answer; a run that was taken over has an older one. */
  @Column({ name: 'claim_token', type: 'uuid' })
  claimToken: string;

  /** Null while the request is being processed. */
  @Column({ name: 'response_status', type: 'integer', nullable: true })
  responseStatus: number | null;

  @Column({ name: 'response_content_type', type: 'text', nullable: true })
  responseContentType: string | null;

  @Column({ name: 'response_language', type: 'text', nullable: true })
  responseLanguage: string | null;

  /** As it was sent, byte for byte. */
  @Column({ name: 'response_body', type: 'text', nullable: true })
  responseBody: string | null;

  @Column({ name: 'locked_until', type: 'timestamptz' })
  lockedUntil: Date;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;
}
