import { Injectable } from '@nestjs/common';
import { BillingProviderRegistry, type RefundCommand } from '../../billing-providers/index.js';
import { UnitOfWork, type Tx } from '../../common/database/index.js';
import { Jobs } from '../../common/jobs/index.js';
import { toQuery } from '../attempt-closer.js';
import { AttemptRecorder } from '../attempt-recorder.js';
import { ChargingService } from '../charging.service.js';
import type { ChargeAttempt } from '../domain/charge-attempt.js';
import { ChargeAttemptRepository } from '../persistence/charge-attempt.repository.js';
import { REFUND_LATE, type AttemptJob } from './tasks.js';

const PURPOSE = 'late_refund';

/**
 * Gives back money that came too late, for something that another attempt pays for. The refund is an attempt of its own, so
 * it too happens at most once.
 */
@Injectable()
export class LateRefunds {
  constructor(
    private readonly attempts: ChargeAttemptRepository,
    private readonly recorder: AttemptRecorder,
    private readonly charging: ChargingService,
    private readonly providers: BillingProviderRegistry,
    private readonly unitOfWork: UnitOfWork,
    jobs: Jobs,
  ) {
    jobs.register<AttemptJob>(REFUND_LATE, ({ uuid }) => this.refund(uuid));
    charging.onMoved(PURPOSE, (tx, refund) => this.follow(tx, refund));
  }

  /** @throws ProviderError, Error when it could not be given back now: the job is tried again */
  private async refund(uuid: string): Promise<void> {
    const attempt = await this.attempts.find(uuid);
    if (attempt?.status !== 'refund_due') return;
    await this.endSubscription(attempt);
    if (attempt.amount === 0) {
      await this.unitOfWork.run((tx) => this.recorder.markRefunded(tx, uuid));
      return;
    }
    const command = await this.commandFor(attempt);
    const claim = await this.unitOfWork.run((tx) =>
      this.charging.claim(tx, {
        intentKey: `${PURPOSE}:${uuid}`,
        purpose: PURPOSE,
        subjectId: attempt.id,
        provider: attempt.provider,
        userId: attempt.userId,
        amount: command.amount,
        currency: command.currency,
        command,
      }),
    );
    // The one that holds the intent is being resolved, as every attempt is.
    if (!claim.claimed) return;
    const refund = await this.charging.execute(claim.attempt.uuid);
    if (refund.status === 'failed') throw new Error(`the refund of charge attempt ${uuid} failed: ${refund.uuid}`);
  }

  /** A subscription that is not wanted must not renew either. One that was only upgraded is somebody's: it stays. */
  private async endSubscription({ provider, command, references, uuid }: ChargeAttempt): Promise<void> {
    const hasStarted = command.kind === 'start_plan' || command.kind === 'checkout';
    if (!hasStarted || references.subscriptionId === undefined) return;
    const { subscriptionId } = references;
    await this.providers.get(provider).cancelAtPeriodEnd({ subscriptionId, requestId: uuid });
  }

  private async commandFor(attempt: ChargeAttempt): Promise<RefundCommand> {
    const paymentId = attempt.references.paymentId ?? (await this.readPaymentId(attempt));
    const { amount, currency, command } = attempt;
    return { kind: 'refund', amount, currency, customerId: command.customerId, paymentId, reason: 'duplicate' };
  }

  private async readPaymentId(attempt: ChargeAttempt): Promise<string> {
    const outcome = await this.providers.get(attempt.provider).findCharge(toQuery(attempt));
    const paymentId = outcome?.references.paymentId;
    if (paymentId === undefined) throw new Error(`the payment of charge attempt ${attempt.uuid} cannot be found`);
    return paymentId;
  }

  private async follow(tx: Tx, refund: ChargeAttempt): Promise<void> {
    if (refund.status !== 'succeeded') return;
    const refunded = await this.attempts.findById(refund.subjectId, tx);
    if (refunded) await this.recorder.markRefunded(tx, refunded.uuid);
  }
}
