import { Injectable } from '@nestjs/common';
import { Database, sqlStateOf, UNIQUE_VIOLATION, type Tx } from '../../common/database/index.js';
import { toForgotten, type ForgetPage, type Forgotten } from '../../common/retention/index.js';
import { ATTEMPT_TRANSITIONS, type AttemptStatus } from '../domain/attempt-status.js';
import type { ChargeAttempt, NewAttempt } from '../domain/charge-attempt.js';
import type { AttemptDetails } from '../domain/attempt-details.js';
import { COLUMNS, fromRow, type AttemptRow } from './attempt-row.js';

/** In which an attempt keeps all others of its intent out. Word for word the predicate of the unique index. */
const HOLDING = `status IN ('claimed', 'sent', 'unknown', 'requires_action', 'pending', 'succeeded')`;

/** The rows of attempts, and beside each change of status the row that says who made it. */
@Injectable()
export class ChargeAttemptRepository {
  constructor(private readonly database: Database) {}

  /** @returns undefined when another attempt holds the intent: see `findHolder` */
  async insert(tx: Tx, attempt: NewAttempt, cause: string): Promise<ChargeAttempt | undefined> {
    const [row] = await tx.query<AttemptRow>(
      `INSERT INTO charge_attempts
         (intent_key, purpose, subject_id, payment_provider, user_id, amount, currency, command, uuid)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, coalesce($9::uuid, gen_random_uuid()))
       ON CONFLICT (intent_key) WHERE ${HOLDING} DO NOTHING
       RETURNING ${COLUMNS}`,
      [
        attempt.intentKey,
        attempt.purpose,
        attempt.subjectId,
        attempt.provider,
        attempt.userId,
        attempt.amount,
        attempt.currency,
        JSON.stringify(attempt.command),
        attempt.uuid ?? null,
      ],
    );
    if (!row) return undefined;
    await this.insertMove(tx, row.id, null, 'claimed', cause);
    return fromRow(row);
  }

  /** The open or succeeded attempt of an intent, if it has one. */
  findHolder(intentKey: string, tx?: Tx): Promise<ChargeAttempt | undefined> {
    return this.findOne(`intent_key = $1 AND ${HOLDING}`, [intentKey], tx);
  }

  find(uuid: string, tx?: Tx): Promise<ChargeAttempt | undefined> {
    return this.findOne('uuid = $1', [uuid], tx);
  }

  findById(id: string, tx?: Tx): Promise<ChargeAttempt | undefined> {
    return this.findOne('id = $1', [id], tx);
  }

  findByPayment(provider: string, paymentId: string, tx?: Tx): Promise<ChargeAttempt | undefined> {
    return this.findOne('payment_provider = $1 AND provider_payment_id = $2', [provider, paymentId], tx);
  }

  findByCheckout(provider: string, checkoutId: string, tx?: Tx): Promise<ChargeAttempt | undefined> {
    return this.findOne('payment_provider = $1 AND provider_checkout_id = $2', [provider, checkoutId], tx);
  }

  /** By the small index of open attempts. */
  findPendingRefund(provider: string, refundId: string, tx?: Tx): Promise<ChargeAttempt | undefined> {
    return this.findOne(
      `status = 'pending' AND command->>'kind' = 'refund' AND payment_provider = $1
       AND provider_references->>'refundId' = $2`,
      [provider, refundId],
      tx,
    );
  }

  /** An attempt with the database's time, by which its leases count. */
  async findWithTime(uuid: string): Promise<{ readonly attempt: ChargeAttempt; readonly now: Date } | undefined> {
    const [row] = await this.database.query<AttemptRow & { readonly now: Date }>(
      `SELECT ${COLUMNS}, clock_timestamp() AS now FROM charge_attempts WHERE uuid = $1`,
      [uuid],
    );
    if (!row) return undefined;
    const { now, ...attempt } = fromRow(row);
    return { attempt, now };
  }

  /** Locks the attempt until the transaction ends. @throws Error when there is none */
  async lock(tx: Tx, uuid: string): Promise<ChargeAttempt> {
    const attempt = await this.findOne('uuid = $1', [uuid], tx, 'FOR UPDATE');
    if (!attempt) throw new Error(`there is no charge attempt ${uuid}`);
    return attempt;
  }

  /**
   * Takes a claimed attempt: to `sent`, by the only caller that may now call the provider, or to `failed`, when nobody will.
   *
   * @returns undefined when it is claimed no more: somebody else was first
   */
  async leaveClaimed(
    tx: Tx,
    uuid: string,
    to: 'sent' | 'failed',
    cause: string,
    failureDetail: string | null = null,
  ): Promise<ChargeAttempt | undefined> {
    const [row] = await tx.query<AttemptRow>(
      `UPDATE charge_attempts
       SET status = $2, updated_at = now(), failure_detail = $3,
           sent_at = CASE WHEN $2 = 'sent' THEN clock_timestamp() END,
           failure_code = CASE WHEN $2 = 'failed' THEN 'provider_unavailable' END
       WHERE uuid = $1 AND status = 'claimed' RETURNING ${COLUMNS}`,
      [uuid, to, failureDetail],
    );
    if (!row) return undefined;
    await this.insertMove(tx, row.id, 'claimed', to, cause);
    return fromRow(row);
  }

  /** Moves an attempt that this transaction has locked. @throws Error for a move that is not in the table */
  async move(
    tx: Tx,
    attempt: ChargeAttempt,
    to: AttemptStatus,
    details: AttemptDetails,
    cause: string,
  ): Promise<ChargeAttempt> {
    if (!ATTEMPT_TRANSITIONS[attempt.status].includes(to)) {
      throw new Error(`charge attempt ${attempt.uuid} cannot go from ${attempt.status} to ${to}`);
    }
    const moved = await this.update(tx, attempt.id, to, details);
    await this.insertMove(tx, attempt.id, attempt.status, to, cause);
    return moved;
  }

  /** Writes what else is known of an attempt that this transaction has locked; its status stays. */
  updateDetails(tx: Tx, attempt: ChargeAttempt, details: AttemptDetails): Promise<ChargeAttempt> {
    return this.update(tx, attempt.id, attempt.status, details);
  }

  /** Writes that a complete list of the provider lacked it, now that it has been read. */
  async noteAbsence(tx: Tx, attempt: ChargeAttempt): Promise<ChargeAttempt> {
    const [row] = await tx.query<AttemptRow>(
      `UPDATE charge_attempts SET absent_at = clock_timestamp(), updated_at = now() WHERE id = $1 RETURNING ${COLUMNS}`,
      [attempt.id],
    );
    return fromRow(row as AttemptRow);
  }

  /**
   * Moves a closed attempt, which this transaction has locked, to `succeeded`. The unique index is the referee: of two that
   * succeed late at the same moment, the second waits for the first, and is refused.
   *
   * @returns undefined when another attempt holds the intent; the transaction goes on
   */
  async succeedLate(
    tx: Tx,
    attempt: ChargeAttempt,
    details: AttemptDetails,
    cause: string,
  ): Promise<ChargeAttempt | undefined> {
    await tx.query('SAVEPOINT late_success');
    try {
      const moved = await this.update(tx, attempt.id, 'succeeded', details);
      await tx.query('RELEASE SAVEPOINT late_success');
      await this.insertMove(tx, attempt.id, attempt.status, 'succeeded', cause);
      return moved;
    } catch (error) {
      // Whatever else it was (a deadlock, say) belongs to the unit of work.
      if (sqlStateOf(error) !== UNIQUE_VIOLATION) throw error;
      await tx.query('ROLLBACK TO SAVEPOINT late_success');
      return undefined;
    }
  }

  private async update(tx: Tx, id: string, status: AttemptStatus, details: AttemptDetails): Promise<ChargeAttempt> {
    const [row] = await tx.query<AttemptRow>(
      `UPDATE charge_attempts
       SET status = $2, amount = $3, currency = $4, provider_references = $5, next_step = $6, method = $7,
           failure_code = $8, failure_detail = $9, expires_at = $10, absent_at = $11, updated_at = now(),
           provider_payment_id = CASE WHEN command->>'kind' <> 'refund' THEN $5::jsonb->>'paymentId' END,
           provider_checkout_id = $5::jsonb->>'checkoutId'
       WHERE id = $1 RETURNING ${COLUMNS}`,
      [
        id,
        status,
        details.amount,
        details.currency,
        JSON.stringify(details.references),
        toJson(details.nextStep),
        toJson(details.method),
        details.failureCode,
        details.failureDetail,
        details.expiresAt,
        details.absentAt,
      ],
    );
    return fromRow(row as AttemptRow);
  }

  /** Takes payers' tax ids out of attempts whose outcome is final. */
  async eraseTaxIds(tx: Tx, page: ForgetPage): Promise<Forgotten> {
    const rows = await tx.query(
      `UPDATE charge_attempts SET command = command - 'taxId' WHERE id IN (
         SELECT id FROM charge_attempts
          WHERE command ? 'taxId' AND updated_at < now() - make_interval(days => $1)
            AND status IN ('succeeded', 'failed', 'expired', 'canceled', 'refunded')
          ORDER BY updated_at LIMIT $2 FOR UPDATE SKIP LOCKED)
       RETURNING id`,
      [page.days, page.most],
    );
    return toForgotten(rows.length, page);
  }

  private async insertMove(
    tx: Tx,
    attemptId: string,
    from: AttemptStatus | null,
    to: AttemptStatus,
    cause: string,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO charge_attempt_moves (charge_attempt_id, from_status, to_status, cause) VALUES ($1, $2, $3, $4)`,
      [attemptId, from, to, cause],
    );
  }

  /** The newest that matches. */
  private async findOne(
    condition: string,
    parameters: readonly unknown[],
    tx?: Tx,
    lock = '',
  ): Promise<ChargeAttempt | undefined> {
    const [row] = await (tx ?? this.database).query<AttemptRow>(
      `SELECT ${COLUMNS} FROM charge_attempts WHERE ${condition} ORDER BY id DESC LIMIT 1 ${lock}`,
      parameters,
    );
    return row && fromRow(row);
  }
}

const toJson = (value: object | null): string | null => (value === null ? null : JSON.stringify(value));
