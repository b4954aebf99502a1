import { Injectable } from '@nestjs/common';
import {
  BillingProviderRegistry,
  ProviderError,
  type ChargeOutcome,
  type ChargeQuery,
} from '../billing-providers/index.js';
import { Clock } from '../common/clock/index.js';
import { UnitOfWork } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { AttemptRecorder } from './attempt-recorder.js';
import type { ChargeAttempt } from './domain/charge-attempt.js';
import { isOverdue } from './domain/resolution.js';
import { ChargeAttemptRepository } from './persistence/charge-attempt.repository.js';

/** Makes sure that an attempt can no longer succeed, or that it has. */
@Injectable()
export class AttemptCloser {
  constructor(
    private readonly providers: BillingProviderRegistry,
    private readonly attempts: ChargeAttemptRepository,
    private readonly recorder: AttemptRecorder,
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * @returns the attempt, closed, or succeeded where it was faster
   * @throws ApplicationError `upsell_payment_pending` while nobody knows whether the money has moved or the provider has closed
   *   it, when it is on its way and cannot be held, or where the provider closes nothing (`cancelsOpenPayments`): then it stays
   *   as it is, to be paid until it expires; `provider_unavailable`: nothing was changed
   */
  async cancel(uuid: string): Promise<ChargeAttempt> {
    const attempt = await this.load(uuid);
    switch (attempt.status) {
      case 'claimed': {
        const failed = await this.unitOfWork.run((tx) =>
          this.recorder.leaveClaimed(tx, uuid, 'failed', 'canceled before it was sent'),
        );
        // Somebody has taken it since: whoever that was, it is never claimed again.
        return failed ?? this.cancel(uuid);
      }
      case 'sent':
      case 'unknown':
        throw new ApplicationError('upsell_payment_pending');
      case 'requires_action':
      case 'pending':
        return this.cancelOpen(attempt);
      case 'succeeded':
      case 'failed':
      case 'expired':
      case 'canceled':
      case 'refund_due':
      case 'refunded':
        return attempt;
      default:
        return attempt.status satisfies never;
    }
  }

  /** Closes at the provider what is or was open there. @throws ProviderError */
  async close(attempt: ChargeAttempt): Promise<ChargeAttempt> {
    return this.record(attempt.uuid, await this.providers.get(attempt.provider).cancelCharge(toQuery(attempt)));
  }

  /**
   * Closes at the provider what the customer had their time for. Where it closes nothing, the attempt is over here all the same:
   * money that comes for it later is a late success, kept or given back.
   *
   * @throws ProviderError
   */
  async expire(attempt: ChargeAttempt): Promise<ChargeAttempt> {
    const outcome = await this.providers.get(attempt.provider).cancelCharge(toQuery(attempt));
    const { references } = outcome;
    // It is canceled there because it is over here: nobody has called it off.
    const isOver = outcome.status === 'canceled' || isOverdue(attempt, outcome, this.clock.now());
    return this.record(attempt.uuid, isOver ? { status: 'expired', references } : outcome);
  }

  private async cancelOpen(attempt: ChargeAttempt): Promise<ChargeAttempt> {
    const known = await this.record(attempt.uuid, await this.cancelAtProvider(attempt));
    if (known.status === 'requires_action' || known.status === 'pending') {
      throw new ApplicationError('upsell_payment_pending');
    }
    return known;
  }

  private async cancelAtProvider(attempt: ChargeAttempt): Promise<ChargeOutcome> {
    try {
      return await this.providers.get(attempt.provider).cancelCharge(toQuery(attempt));
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      const code = error.outcome === 'unavailable' ? 'provider_unavailable' : 'upsell_payment_pending';
      throw new ApplicationError(code, { cause: error });
    }
  }

  private async record(uuid: string, outcome: ChargeOutcome): Promise<ChargeAttempt> {
    const { attempt } = await this.unitOfWork.run((tx) => this.recorder.record(tx, uuid, outcome));
    return attempt;
  }

  private async load(uuid: string): Promise<ChargeAttempt> {
    const attempt = await this.attempts.find(uuid);
    if (!attempt) throw new Error(`there is no charge attempt ${uuid}`);
    return attempt;
  }
}

/** How the provider is asked about an attempt that it was sent. */
export function toQuery(attempt: ChargeAttempt): ChargeQuery {
  const { command, uuid } = attempt;
  // A refund whose answer was lost is found among those of the payment that it is of.
  const own = command.kind === 'refund' ? { paymentId: command.paymentId } : {};
  const references = { ...own, ...attempt.references };
  const sentAt = Math.floor((attempt.sentAt ?? attempt.createdAt).getTime() / 1_000);
  return { kind: command.kind, attemptId: uuid, customerId: command.customerId, references, sentAt };
}
