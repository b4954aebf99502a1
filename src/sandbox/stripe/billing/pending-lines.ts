import { Inject, Injectable } from '@nestjs/common';
import { StripeStore } from '../objects/stripe-store.js';
import type { InvoiceLine } from '../objects/wire-types.js';

/** Prorations that wait for the next invoice of their subscription. */
@Injectable()
export class PendingLines {
  constructor(@Inject(StripeStore) private readonly store: StripeStore) {}

  add(subscription: string, lines: readonly InvoiceLine[]): void {
    for (const line of lines) this.store.insert('pending_line', { id: line.id, subscription, line });
  }

  of(subscription: string): InvoiceLine[] {
    return this.store
      .all('pending_line')
      .filter((pending) => pending.subscription === subscription)
      .map(({ line }) => line);
  }

  take(subscription: string): InvoiceLine[] {
    const lines = this.of(subscription);
    for (const { id } of lines) this.store.remove('pending_line', id);
    return lines;
  }
}
