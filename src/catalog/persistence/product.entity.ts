import { Column, Entity, ForeignKey, Generated, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { Product } from '../domain/product.js';
import { MediaFileEntity } from './media-file.entity.js';

/** What a customer gets once, as opposed to a plan. */
@Entity('products')
@Unique('products_uuid_key', ['uuid'])
@Unique('products_code_key', ['code'])
export class ProductEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'products_pkey',
  })
  id: string;

  @Column({ type: 'uuid' })
  @Generated('uuid')
  uuid: string;

  @Column({ type: 'text' })
  code: string;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'text', nullable: true })
  description: string | null;

  /** How the customer gets it: shown on the thank-you page. */
  @Column({ type: 'text', nullable: true })
  delivery: string | null;

  @Column({ name: 'image_sha256', type: 'text', nullable: true })
  @ForeignKey(() => MediaFileEntity, { name: 'products_image_sha256_fkey' })
  imageSha256: string | null;

  /** By language: name, description, delivery. */
  @Column({ type: 'jsonb', default: {} })
  translations: Product['translations'];

  @Column({ name: 'is_active', type: 'boolean', default: true })
  isActive: boolean;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt: Date;
}
