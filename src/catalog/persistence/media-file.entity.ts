import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** A picture, by what is in it: the same bytes are the same row, and a row never changes. */
@Entity('media_files')
@Check('media_files_sha256_check', `(sha256 ~ '^[0-9a-f]{64}$'::text)`)
@Check(
  'media_files_content_type_check',
  `(content_type = ANY (ARRAY['image/png'::text, 'image/jpeg'::text, 'image/webp'::text, 'image/avif'::text]))`,
)
export class MediaFileEntity {
  /** Hexadecimal, lower case. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'media_files_pkey' })
  sha256: string;

  @Column({ name: 'content_type', type: 'text' })
  contentType: string;

  @Column({ type: 'bytea' })
  bytes: Buffer;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;
}
