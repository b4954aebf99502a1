import { Inject, Injectable } from '@nestjs/common';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { Ledger, type Movement } from '../../ledger/ledger.js';
import { newId } from './identifiers.js';
import type { Payment, Subscription } from './wire-types.js';

/** Writes the ledger. The place of Stripe's payment intent holds the payment's id; there are no idempotency keys. */
@Injectable()
export class DodoMovements {
  constructor(
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(Ledger) private readonly ledger: Ledger,
  ) {}

  /** A payment of nothing moves nothing. */
  recordCharge(payment: Payment, outcome: Movement['outcome']): void {
    if (payment.total_amount > 0) this.record(payment, 'charge', payment.total_amount, outcome);
  }

  /** Money that goes back to the buyer, or from there again when a dispute is won. Minor units. */
  recordReturn(
    payment: Payment,
    type: 'refund' | 'dispute' | 'dispute_reversal',
    amount: number,
    outcome: Movement['outcome'] = 'succeeded',
  ): void {
    this.record(payment, type, amount, outcome);
  }

  /** Credit for later renewals of this subscription: no money has moved. Minor units. */
  recordCredit(subscription: Subscription, amount: number): void {
    this.ledger.record({
      ...this.base(),
      type: 'credit',
      customer: subscription.customer.customer_id,
      amount,
      currency: subscription.currency.toLowerCase(),
      payment_intent: null,
      attempt: null,
      outcome: 'succeeded',
    });
  }

  private record(payment: Payment, type: Movement['type'], amount: number, outcome: Movement['outcome']): void {
    const attempt = payment.metadata.uplift_attempt;
    this.ledger.record({
      ...this.base(),
      type,
      customer: payment.customer.customer_id,
      amount,
      currency: payment.currency.toLowerCase(),
      payment_intent: payment.payment_id,
      attempt: attempt === undefined ? null : String(attempt),
      outcome,
    });
  }

  private base() {
    return {
      id: newId('movement'),
      provider: 'dodo',
      invoice: null,
      idempotency_key: null,
      at: this.clock.now().toISOString(),
    };
  }
}
