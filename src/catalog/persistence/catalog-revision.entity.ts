import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** The one row of `catalog_revision`: raised by triggers with every change of what offers are read from. */
@Entity('catalog_revision')
@Check('catalog_revision_is_only_check', `is_only`)
export class CatalogRevisionEntity {
  @PrimaryColumn({
    name: 'is_only',
    type: 'boolean',
    default: true,
    primaryKeyConstraintName: 'catalog_revision_pkey',
  })
  isOnly!: boolean;

  @Column({ type: 'bigint', default: 1 })
  revision!: string;
}
