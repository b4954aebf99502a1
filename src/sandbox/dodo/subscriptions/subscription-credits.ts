import { Inject, Injectable } from '@nestjs/common';
import { DodoStore } from '../objects/dodo-store.js';
import { DodoMovements } from '../objects/movements.js';
import type { Subscription } from '../objects/wire-types.js';

/** What plan changes downwards have left, per subscription. Renewals and later changes use it before the card. */
@Injectable()
export class SubscriptionCredits {
  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(DodoMovements) private readonly movements: DodoMovements,
  ) {}

  /** Minor units. */
  of(subscription: Subscription): number {
    return this.store.find('credit', subscription.subscription_id)?.amount ?? 0;
  }

  /** @param change minor units; negative when credit is used. Only what is put down is a movement of money. */
  apply(subscription: Subscription, change: number): void {
    if (change === 0) return;
    const { subscription_id: id, currency } = subscription;
    const book = this.store.find('credit', id) ?? this.store.insert('credit', { id, currency, amount: 0 });
    if (book.amount + change < 0) throw new Error(`The credit of ${id} would become negative`);
    book.amount += change;
    if (change > 0) this.movements.recordCredit(subscription, change);
  }
}
