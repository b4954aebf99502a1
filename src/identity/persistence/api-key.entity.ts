import { Check, Column, Entity, Generated, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { ApiScope } from '../domain/api-scope.js';

/** A key of the merchant's servers. Only its hash is kept: a key that is lost is revoked and replaced. */
@Entity('api_keys')
@Unique('api_keys_uuid_key', ['uuid'])
@Unique('api_keys_key_hash_key', ['keyHash'])
@Check('api_keys_key_hash_check', `(key_hash ~ '^[0-9a-f]{64}$'::text)`)
@Check('api_keys_scopes_check', `((cardinality(scopes) > 0) AND (scopes <@ ARRAY['service'::text, 'admin'::text]))`)
export class ApiKeyEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'api_keys_pkey',
  })
  id: string;

  @Column({ type: 'uuid' })
  @Generated('uuid')
  uuid: string;

  @Column({ type: 'text' })
  name: string;

  /** SHA-256 of the whole key, lower-case hexadecimal. */
  @Column({ name: 'key_hash', type: 'text' })
  keyHash: string;

  /** First characters of the key, to recognise it in lists and logs. */
  @Column({ type: 'text' })
  prefix: string;

  @Column({ type: 'text', array: true })
  scopes: ApiScope[];

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  /** To the minute. */
  @Column({ name: 'last_used_at', type: 'timestamptz', nullable: true })
  lastUsedAt: Date | null;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  revokedAt: Date | null;
}
