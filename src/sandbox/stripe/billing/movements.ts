import { Inject, Injectable } from '@nestjs/common';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { Ledger, type Movement } from '../../ledger/ledger.js';
import { newId } from '../objects/identifiers.js';
import { RequestContext } from '../objects/request-context.js';
import type { Charge, PaymentIntent } from '../objects/wire-types.js';

type Facts = Pick<Movement, 'type' | 'customer' | 'amount' | 'currency' | 'outcome'> &
  Partial<Pick<Movement, 'invoice' | 'payment_intent'>>;

/** Writes the ledger: every movement of money with the call that caused it, whatever becomes of its events. */
@Injectable()
export class Movements {
  constructor(
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(RequestContext) private readonly context: RequestContext,
  ) {}

  recordCharge(intent: PaymentIntent, invoice: string | null, paid: boolean): void {
    const { customer, amount, currency, id } = intent;
    this.record({
      type: 'charge',
      customer,
      amount,
      currency,
      invoice,
      payment_intent: id,
      outcome: paid ? 'succeeded' : 'failed',
    });
  }

  /** A refusal before anything exists, e.g. of an update that must not be applied unless it is paid. */
  recordRefusal(customer: string | null, amount: number, currency: string): void {
    this.record({ type: 'charge', customer, amount, currency, outcome: 'failed' });
  }

  recordCredit(customer: string, amount: number, currency: string, invoice: string): void {
    this.record({ type: 'credit', customer, amount, currency, invoice, outcome: 'succeeded' });
  }

  /** Money that goes back to the customer, or from there again when a dispute is won or a refund bounces. */
  recordReturn(type: Exclude<Movement['type'], 'charge' | 'credit'>, charge: Charge, amount: number): void {
    const { customer, currency, payment_intent } = charge;
    this.record({ type, customer, amount, currency, payment_intent, outcome: 'succeeded' });
  }

  private record(facts: Facts): void {
    this.ledger.record({
      id: newId('movement'),
      provider: 'stripe',
      invoice: null,
      payment_intent: null,
      idempotency_key: this.context.idempotencyKey(),
      at: this.clock.now().toISOString(),
      ...facts,
    });
  }
}
