import { Column, Entity, ForeignKey, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** A publication. Its steps stand in `upsell_native_offer` or `upsell_native_product`; a trigger refuses every change. */
@Entity('upsell_funnel_versions')
@Unique('upsell_funnel_versions_number_key', ['funnelId', 'number'])
export class UpsellFunnelVersionEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'upsell_funnel_versions_pkey',
  })
  id: string;

  @Column({ name: 'funnel_id', type: 'bigint' })
  // By the table's name: the funnel's entity refers to this one already.
  @ForeignKey('upsell_funnels', { name: 'upsell_funnel_versions_funnel_id_fkey' })
  funnelId: string;

  /** Counts from 1 in each funnel. */
  @Column({ type: 'integer' })
  number: number;

  @Column({ type: 'text', nullable: true })
  note: string | null;

  /** Prefix of the API key. */
  @Column({ name: 'published_by', type: 'text' })
  publishedBy: string;

  @Column({ name: 'published_at', type: 'timestamptz', default: () => 'now()' })
  publishedAt: Date;
}
