import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { AttemptStatus } from '../domain/attempt-status.js';
import { ChargeAttemptEntity } from './charge-attempt.entity.js';

/** How an attempt came to its status: append only. */
@Entity('charge_attempt_moves')
@Index('charge_attempt_moves_charge_attempt_id_idx', ['attemptId'])
export class ChargeAttemptMoveEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'charge_attempt_moves_pkey',
  })
  id: string;

  @Column('bigint', { name: 'charge_attempt_id' })
  @ForeignKey(() => ChargeAttemptEntity, { name: 'charge_attempt_moves_charge_attempt_id_fkey' })
  attemptId: string;

  /** Null: it was claimed. */
  @Column('text', { name: 'from_status', nullable: true })
  fromStatus: AttemptStatus | null;

  @Column('text', { name: 'to_status' })
  toStatus: AttemptStatus;

  /** `http:<request id>`, `webhook:<event id>`, `job:<name>` or `internal`. */
  @Column('text')
  cause: string;

  @Column('timestamptz', { name: 'moved_at', default: () => 'now()' })
  movedAt: Date;
}
