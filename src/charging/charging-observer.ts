import { Injectable, Logger } from '@nestjs/common';
import type { Tx } from '../common/database/index.js';
import { Metrics } from '../common/observability/index.js';
import type { AttemptStatus } from './domain/attempt-status.js';
import type { ChargeAttempt } from './domain/charge-attempt.js';
import { ChargeAttemptQueries } from './persistence/charge-attempt.queries.js';

/** A declined card is the customer's everyday; a provider that refuses us, or is silent, is ours. */
function levelOf({ status, failureCode }: ChargeAttempt): 'log' | 'warn' | 'error' {
  if (status === 'refund_due') return 'error';
  if (status === 'unknown') return 'warn';
  return failureCode === 'provider_refused' || failureCode === 'provider_unavailable' ? 'warn' : 'log';
}

/** What is logged and measured of attempts: never a URL, a Pix code or a name. */
@Injectable()
export class ChargingObserver {
  private readonly logger = new Logger('Charging');
  private readonly moves;
  private readonly mismatches;

  constructor(
    metrics: Metrics,
    private readonly queries: ChargeAttemptQueries,
  ) {
    this.moves = metrics.counter('charge_attempts_total', 'Moves of charge attempts by kind and outcome', [
      'kind',
      'outcome',
    ]);
    this.mismatches = metrics.counter(
      'charge_amount_mismatches_total',
      'Charges of another amount or currency than asked for',
      ['kind'],
    );
    metrics.gauge('charge_attempts_unknown', 'Charge attempts whose outcome is not known', () =>
      this.read(({ unknown }) => unknown),
    );
    metrics.gauge('charge_attempts_unknown_age_seconds', 'Age of the oldest charge attempt that is not known', () =>
      this.read(({ unknownSeconds }) => unknownSeconds),
    );
    metrics.gauge('charge_attempts_refund_due', 'Charge attempts whose money must go back', () =>
      this.read(({ refundDue }) => refundDue),
    );
  }

  /** Once the transaction is committed. */
  moved(tx: Tx, attempt: ChargeAttempt, from: AttemptStatus | null, cause: string): void {
    tx.afterCommit(() => {
      this.moves.inc({ kind: attempt.command.kind, outcome: attempt.status });
      this.logger[levelOf(attempt)]({
        message: `charge attempt ${attempt.status}`,
        ...fieldsOf(attempt),
        from,
        to: attempt.status,
        cause,
        failure_code: attempt.failureCode ?? undefined,
        provider_code: attempt.failureDetail ?? undefined,
      });
    });
  }

  /** Once the transaction is committed: the provider took something else than it was asked for. */
  mismatched(tx: Tx, attempt: ChargeAttempt): void {
    const { amount, currency } = attempt.command;
    if (attempt.amount === amount && attempt.currency === currency) return;
    tx.afterCommit(() => {
      this.mismatches.inc({ kind: attempt.command.kind });
      this.logger.error({
        message: 'a charge is not what was asked for',
        ...fieldsOf(attempt),
        asked_amount: amount,
        asked_currency: currency,
      });
    });
  }

  /** Once the transaction is committed: what was believed to have failed has given money back, as another one has. */
  refundedTwice(tx: Tx, attempt: ChargeAttempt): void {
    tx.afterCommit(() => this.logger.error({ message: 'money was given back by two refunds', ...fieldsOf(attempt) }));
  }

  /** A call came to nothing that an outcome could be made of. */
  unanswered(attempt: ChargeAttempt, error: unknown): void {
    this.logger.error({ message: 'unexpected error while a provider was called', ...fieldsOf(attempt), err: error });
  }

  private async read(pick: (state: Awaited<ReturnType<ChargeAttemptQueries['loadState']>>) => number): Promise<number> {
    try {
      return pick(await this.queries.loadState());
    } catch (error) {
      // Not a number when the database does not answer: the other metrics are needed most just then.
      this.logger.warn({ message: 'charge attempts cannot be measured', error: String(error) });
      return Number.NaN;
    }
  }
}

/** What each log line about an attempt carries. */
export const fieldsOf = (attempt: ChargeAttempt) => ({
  attempt_uuid: attempt.uuid,
  purpose: attempt.purpose,
  kind: attempt.command.kind,
  amount: attempt.amount,
  currency: attempt.currency,
  payment_id: attempt.references.paymentId,
});
