import type { MoneyFact, ProviderEvent, ProviderFact, ProviderName } from '../../billing-providers/index.js';
import { completed, type Settlement } from './settlement.js';

/** Where an event goes. */
export type Dispatch =
  | { readonly to: 'subscription'; readonly fact: ProviderFact }
  /** Money that moved, or did not: sales, our own charges, refunds, disputes. */
  | { readonly to: 'upsell'; readonly fact: MoneyFact }
  | {
      readonly to: 'fetch';
      readonly subject: {
        readonly provider: ProviderName;
        readonly subscriptionId: string;
        readonly customerId: string;
        readonly occurredAt: number;
        readonly why: string;
      };
    }
  /** Nobody: its settlement is known without reading anything. */
  | { readonly to: 'nobody'; readonly settlement: Settlement };

export function toDispatch(event: ProviderEvent): Dispatch {
  switch (event.kind) {
    case 'fact':
      return { to: 'subscription', fact: event.fact };
    case 'money':
      return { to: 'upsell', fact: event.fact };
    case 'must_read': {
      const { provider, subscriptionId, customerId, occurredAt, why } = event;
      return { to: 'fetch', subject: { provider, subscriptionId, customerId, occurredAt, why } };
    }
    case 'unsupported':
      return { to: 'nobody', settlement: completed('unsupported') };
    default:
      return event satisfies never;
  }
}

/** The provider's id of the subscription that an event is about, for log lines. */
export function subscriptionIdOf(dispatch: Dispatch): string | undefined {
  switch (dispatch.to) {
    case 'subscription':
      return dispatch.fact.subscriptionId;
    case 'fetch':
      return dispatch.subject.subscriptionId;
    case 'upsell':
    case 'nobody':
      return undefined;
    default:
      return dispatch satisfies never;
  }
}

/** The provider's id of the payment (or of the checkout that has none yet) that an event is about, for log lines. */
export function paymentIdOf(dispatch: Dispatch): string | undefined {
  if (dispatch.to !== 'upsell') return undefined;
  const { fact } = dispatch;
  return fact.kind === 'checkout' ? (fact.paymentId ?? fact.checkoutId) : fact.paymentId;
}
