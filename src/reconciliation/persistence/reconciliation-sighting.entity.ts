import { Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { ReconciliationRunEntity } from './reconciliation-run.entity.js';

/** Something of ours that a run has met in a provider's list; what it has not met is looked for one by one. Kept while it runs. */
@Entity('reconciliation_sightings')
export class ReconciliationSightingEntity {
  @PrimaryColumn('bigint', { name: 'run_id', primaryKeyConstraintName: 'reconciliation_sightings_pkey' })
  @ForeignKey(() => ReconciliationRunEntity, {
    name: 'reconciliation_sightings_run_id_fkey',
    onDelete: 'CASCADE',
  })
  runId: string;

  /** `subscription:<provider's id>` or `attempt:<uuid>`. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'reconciliation_sightings_pkey' })
  subject: string;
}
