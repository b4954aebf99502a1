import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** What the last look of the worker at an invariant found. */
@Entity('invariant_checks')
@Check('invariant_checks_violations_check', 'violations >= 0')
export class InvariantCheckEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'invariant_checks_pkey' })
  invariant: string;

  /** Null: it could not be looked at. */
  @Column('integer', { nullable: true })
  violations: number | null;

  @Column('timestamptz', { name: 'checked_at', default: () => 'now()' })
  checkedAt: Date;
}
