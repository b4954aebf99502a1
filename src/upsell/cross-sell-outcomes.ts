import { Injectable, Logger } from '@nestjs/common';
import { ChargingService, type ChargeAttempt } from '../charging/index.js';
import { Clock } from '../common/clock/index.js';
import type { Tx } from '../common/database/index.js';
import { CROSS_SELL_PURPOSE } from './cross-sell-claim.js';
import type { CrossSell } from './domain/cross-sell.js';
import { CrossSellRepository } from './persistence/cross-sell.repository.js';
import type { NewSale } from './persistence/sale.repository.js';
import { TriggerRepository } from './persistence/trigger.repository.js';
import { SaleRecorder } from './sale-recorder.js';
import { WaitingReturns } from './waiting-returns.js';

/** What becomes of a cross-sell when its payment moves; runs in the transaction that moves it. */
@Injectable()
export class CrossSellOutcomes {
  private readonly logger = new Logger(CrossSellOutcomes.name);

  constructor(
    charging: ChargingService,
    private readonly recorder: SaleRecorder,
    private readonly crossSells: CrossSellRepository,
    private readonly triggers: TriggerRepository,
    private readonly waiting: WaitingReturns,
    private readonly clock: Clock,
  ) {
    charging.onMoved(CROSS_SELL_PURPOSE, (tx, attempt) => this.handle(tx, attempt));
  }

  private async handle(tx: Tx, attempt: ChargeAttempt): Promise<void> {
    switch (attempt.status) {
      case 'succeeded':
        return this.succeed(tx, attempt);
      case 'failed':
        return this.close(tx, attempt, 'failed');
      case 'expired':
      case 'canceled':
        return this.close(tx, attempt, 'expired');
      case 'claimed':
      case 'sent':
      case 'unknown':
      case 'requires_action':
      case 'pending':
        return; // under way: whoever asks reads the attempt
      case 'refund_due':
        // Another payment of the offer holds; this one was never paid.
        return this.waiting.wake(tx, attempt.provider, attempt.references.paymentId);
      case 'refunded':
        return;
      default:
        return attempt.status satisfies never;
    }
  }

  /** It is a sale, with nothing offered after it; and the moment that it was offered at is over. */
  private async succeed(tx: Tx, attempt: ChargeAttempt): Promise<void> {
    const crossSell = await this.crossSells.lock(tx, attempt.subjectId);
    const { sale } = await this.recorder.record(tx, this.toSale(crossSell, attempt), []);
    await this.crossSells.move(tx, crossSell, 'paid', sale.id);
    if (crossSell.triggerId !== null) await this.triggers.decide(tx, crossSell.triggerId, 'taken', this.clock.now());
    tx.afterCommit(() =>
      this.logger.log({
        message: 'a cross-sell was paid',
        cross_sell_uuid: crossSell.uuid,
        sale_uuid: sale.uuid,
        attempt_uuid: attempt.uuid,
      }),
    );
  }

  private toSale(crossSell: CrossSell, attempt: ChargeAttempt): NewSale {
    const { amount, currency, references, method } = attempt;
    return {
      provider: crossSell.provider,
      // What costs nothing has no payment: then it goes by the name of what there is.
      providerPaymentId: references.paymentId ?? references.subscriptionId ?? references.checkoutId ?? attempt.uuid,
      providerCheckoutId: references.checkoutId ?? null,
      providerCustomerId: crossSell.providerCustomerId,
      userId: crossSell.userId,
      groupId: crossSell.groupId,
      offerId: crossSell.offerId,
      amount,
      currency,
      methodKind: method?.kind ?? (crossSell.cardId === null ? 'other' : 'card'),
      source: 'cross_sell',
      language: crossSell.language,
      returnUrl: crossSell.returnUrl,
      paidAt: this.clock.now(),
    };
  }

  private async close(tx: Tx, attempt: ChargeAttempt, to: 'failed' | 'expired'): Promise<void> {
    const crossSell = await this.crossSells.lock(tx, attempt.subjectId);
    await this.crossSells.move(tx, crossSell, to, null);
    tx.afterCommit(() =>
      this.logger.log({
        message: `a cross-sell was not paid: ${attempt.failureCode ?? attempt.status}`,
        cross_sell_uuid: crossSell.uuid,
        attempt_uuid: attempt.uuid,
        code: attempt.failureCode,
      }),
    );
  }
}
