import { Injectable, Logger } from '@nestjs/common';
import { isUUID } from 'class-validator';
import type { CheckoutFact, MoneyFact, PaymentFact, RefundFact } from '../billing-providers/index.js';
import type { Tx } from '../common/database/index.js';
import { AttemptRecorder } from './attempt-recorder.js';
import { causeOfFact } from './cause.js';
import { fieldsOf } from './charging-observer.js';
import type { ChargeAttempt } from './domain/charge-attempt.js';
import type { AttemptFactOutcome } from './domain/fact-outcome.js';
import {
  computeToldByFact,
  isLaterPaymentOfPlan,
  isOfAnotherCustomer,
  isOfAnotherProduct,
  isSecondPayment,
} from './domain/outcome-of-fact.js';
import { ChargeAttemptRepository } from './persistence/charge-attempt.repository.js';

/** What a provider's events say about our attempts. */
@Injectable()
export class AttemptFacts {
  private readonly logger = new Logger(AttemptFacts.name);

  constructor(
    private readonly attempts: ChargeAttemptRepository,
    private readonly recorder: AttemptRecorder,
  ) {}

  /** @returns undefined when the fact is about nothing of ours */
  async apply(tx: Tx, fact: MoneyFact): Promise<AttemptFactOutcome | undefined> {
    if (fact.kind === 'refund') return this.applyRefund(tx, fact);
    if (fact.kind === 'dispute') return undefined;
    const found = await this.find(tx, fact);
    if (!found) {
      if (fact.attemptId === null) return undefined;
      return { result: 'failed', error: `There is no charge attempt ${fact.attemptId} of this provider.` };
    }
    const attempt = await this.attempts.lock(tx, found.uuid);
    if (isOfAnotherCustomer(attempt, fact)) return this.refuseStranger(attempt, fact, 'customer');
    if (isOfAnotherProduct(attempt, fact)) return this.refuseStranger(attempt, fact, 'product');
    if (isLaterPaymentOfPlan(attempt, fact)) return { result: 'ignored', reason: 'later_payment_of_plan' };
    if (isSecondPayment(attempt, fact)) return this.refuseSecondPayment(attempt, fact.paymentId);
    const told = computeToldByFact({ kind: attempt.command.kind, expiresAt: attempt.expiresAt }, fact);
    if (!told) return { result: 'ignored', reason: 'decides_no_attempt' };
    const { result } = await this.recorder.record(tx, attempt.uuid, told, { cause: causeOfFact(fact) });
    if (result === 'impossible') {
      return { result: 'failed', error: `Charge attempt ${attempt.uuid} was never sent to the provider.` };
    }
    return result === 'no_news' ? { result: 'ignored', reason: 'older_than_known' } : { result: 'applied' };
  }

  /**
   * A payment that came too late may be given back by hand, in the provider's dashboard. All others are the sale's, which hears
   * of a refund of our own by its attempt too.
   */
  private async applyRefund(tx: Tx, fact: RefundFact): Promise<AttemptFactOutcome | undefined> {
    await this.settleRefund(tx, fact);
    const attempt = await this.attempts.findByPayment(fact.provider, fact.paymentId, tx);
    if (attempt?.status !== 'refund_due' && attempt?.status !== 'refunded') return undefined;
    if (fact.refundedAmount === null) return undefined; // it is read
    if (fact.refundedAmount < attempt.amount) return { result: 'ignored', reason: 'refunded_in_part' };
    const isNews = await this.recorder.markRefunded(tx, attempt.uuid, causeOfFact(fact));
    return isNews ? { result: 'applied' } : { result: 'ignored', reason: 'older_than_known' };
  }

  /** A refund of ours that the provider took its time for. */
  private async settleRefund(tx: Tx, fact: RefundFact): Promise<void> {
    const { provider, refundId } = fact;
    const refund = refundId === null ? undefined : await this.attempts.findPendingRefund(provider, refundId, tx);
    if (!refund) return;
    const told = { status: 'succeeded', references: {}, amount: refund.amount } as const;
    await this.recorder.record(tx, refund.uuid, told, { cause: causeOfFact(fact) });
  }

  private async find(tx: Tx, fact: PaymentFact | CheckoutFact): Promise<ChargeAttempt | undefined> {
    if (fact.attemptId !== null) {
      // Anybody who can write metadata can write anything there.
      const attempt = isUUID(fact.attemptId) ? await this.attempts.find(fact.attemptId, tx) : undefined;
      return attempt?.provider === fact.provider ? attempt : undefined;
    }
    if (fact.kind === 'checkout') return this.attempts.findByCheckout(fact.provider, fact.checkoutId, tx);
    return this.attempts.findByPayment(fact.provider, fact.paymentId, tx);
  }

  private refuseStranger(
    attempt: ChargeAttempt,
    fact: PaymentFact | CheckoutFact,
    what: 'customer' | 'product',
  ): AttemptFactOutcome {
    const paymentId = fact.paymentId ?? (fact.kind === 'checkout' ? fact.checkoutId : null);
    this.logger.error({
      message: `a payment names the charge attempt of another ${what} in its metadata: it pays nothing here`,
      ...fieldsOf(attempt),
      stranger_payment_id: paymentId,
    });
    return {
      result: 'failed',
      error: `Payment ${paymentId} names charge attempt ${attempt.uuid}, which is of another ${what}.`,
    };
  }

  private refuseSecondPayment(attempt: ChargeAttempt, paymentId: string): AttemptFactOutcome {
    this.logger.error({
      message: 'a charge attempt was paid by two payments: one of them must be given back by hand',
      ...fieldsOf(attempt),
      second_payment_id: paymentId,
    });
    const first = attempt.references.paymentId;
    return {
      result: 'failed',
      error: `Charge attempt ${attempt.uuid} was paid by ${first}, and again by ${paymentId}.`,
    };
  }
}
