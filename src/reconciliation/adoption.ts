import { Injectable } from '@nestjs/common';
import type { BillingProvider, MoneyFact } from '../billing-providers/index.js';
import { UnitOfWork } from '../common/database/index.js';
import { SubscriptionReconciliation, type FactOutcome } from '../subscription/index.js';
import { MoneyEvents } from '../upsell/index.js';
import type { Difference } from './domain/difference.js';
import type { ProviderPace } from './provider-pace.js';

/** What applying a difference came to. */
export type AdoptionResult =
  | { readonly isDone: true; readonly note: string | null }
  /** A person has to look. */
  | { readonly isDone: false; readonly note: string };

const DONE: AdoptionResult = { isDone: true, note: null };

/**
 * Takes over what the provider says, or carries on with a customer's wish, by the doors that events and requests use: nothing is
 * written here. Each is idempotent, so a process may die at any point of it.
 */
@Injectable()
export class Adoption {
  constructor(
    private readonly subscriptions: SubscriptionReconciliation,
    private readonly money: MoneyEvents,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** @throws ProviderError, Interrupted, ApplicationError, Error as the doors do */
  async apply(difference: Difference, provider: BillingProvider, pace: ProviderPace): Promise<AdoptionResult> {
    const { type, providerId } = difference;
    switch (type) {
      case 'subscription_unknown':
      case 'subscription_status':
      case 'subscription_plan':
      case 'subscription_period':
      case 'subscription_cancellation':
      case 'subscription_history':
      case 'pending_change':
      case 'subscription_refused':
        await pace.call(() => this.subscriptions.adopt(provider.name, providerId));
        return DONE;
      case 'request_unfinished':
        await pace.call(() => this.subscriptions.finish({ kind: 'request', uuid: providerId }));
        return DONE;
      case 'pending_change_lost':
        await pace.call(() => this.subscriptions.finish({ kind: 'replaced_change', uuid: providerId }));
        return DONE;
      case 'sale_unknown':
      case 'sale_refused':
        return this.adoptSale(providerId, provider, pace);
      case 'charge_outcome':
        return this.tell(await this.readAgain(difference, provider, pace));
      case 'refund_unknown':
      case 'dispute_unknown':
        return this.tell(difference.fact);
      case 'subscription_missing':
      case 'charge_paid_twice':
      case 'charge_amount':
      case 'charge_unknown_attempt':
      case 'charge_not_succeeded':
      case 'charge_missing':
        return { isDone: false, note: 'There is nothing to adopt.' };
      default:
        return type satisfies never;
    }
  }

  private async adoptSale(paymentId: string, provider: BillingProvider, pace: ProviderPace): Promise<AdoptionResult> {
    const found = await pace.call(() => provider.findPayment({ paymentId }));
    if (!found) return { isDone: false, note: 'The provider has no such payment any more.' };
    return toResult(await this.unitOfWork.run((tx) => this.money.applyFound(tx, provider.name, found)));
  }

  /** A list may leave out what an event says, by which a payment of something else is known. */
  private async readAgain(
    { fact }: Difference,
    provider: BillingProvider,
    pace: ProviderPace,
  ): Promise<MoneyFact | null> {
    if (fact?.kind !== 'payment') return fact;
    return (await pace.call(() => provider.readPayment(fact.paymentId))) ?? null;
  }

  private async tell(fact: MoneyFact | null): Promise<AdoptionResult> {
    if (!fact) return { isDone: false, note: 'The provider says nothing of it any more.' };
    const [outcome] = await this.unitOfWork.run((tx) => this.money.apply(tx, [fact]));
    return toResult(outcome as FactOutcome);
  }
}

function toResult(outcome: FactOutcome): AdoptionResult {
  switch (outcome.result) {
    case 'applied':
      return DONE;
    case 'ignored':
      return { isDone: true, note: `Nothing was left to do: ${outcome.reason}.` };
    case 'foreign':
      return { isDone: false, note: 'It is about nothing that is known here.' };
    case 'failed':
      return { isDone: false, note: outcome.error };
    default:
      return outcome satisfies never;
  }
}
