import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A pool of graphile-worker that takes jobs, as long as its process says so. */
@Entity('job_workers')
export class JobWorkerEntity {
  /** By which the jobs that it has in hand are locked. */
  @PrimaryColumn({ name: 'pool_id', type: 'text', primaryKeyConstraintName: 'job_workers_pkey' })
  poolId: string;

  /** When it last said that it lives, by the database's clock. */
  @Column({ name: 'seen_at', type: 'timestamptz', default: () => 'now()' })
  seenAt: Date;
}
