/** One movement of money, tried or done. Amounts are in minor units of the currency. */
export interface Movement {
  readonly id: string;
  readonly provider: string;
  /** A reversal brings back what a refund or a dispute took away. */
  readonly type: 'charge' | 'credit' | 'refund' | 'refund_reversal' | 'dispute' | 'dispute_reversal';
  readonly customer: string | null;
  readonly amount: number;
  readonly currency: string;
  readonly invoice: string | null;
  /** Stripe's payment intent, Dodo's payment. */
  readonly payment_intent: string | null;
  readonly idempotency_key: string | null;
  /** The attempt of the merchant that this belongs to, where the provider was told one. */
  readonly attempt?: string | null;
  /** Virtual time, ISO 8601. */
  readonly at: string;
  readonly outcome: 'succeeded' | 'failed';
}

/** Every movement of money, so that a test can count charges whatever the events said. */
export class Ledger {
  private movements: Movement[] = [];

  record(movement: Movement): void {
    this.movements.push(movement);
  }

  list(): readonly Movement[] {
    return this.movements;
  }

  restore(movements: readonly Movement[]): void {
    this.movements = [...movements];
  }
}
