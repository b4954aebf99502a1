import type { DodoStore } from './dodo-store.js';
import type { Dispute, EventPayload, Payment, Refund, Subscription } from './wire-types.js';

type Data = EventPayload['data'];

/** What an event is about, as its payload shows it. */
export type Subject =
  | { readonly kind: 'Payment'; readonly object: Payment }
  | { readonly kind: 'Subscription'; readonly object: Subscription }
  | { readonly kind: 'Refund'; readonly object: Refund }
  | { readonly kind: 'Dispute'; readonly object: Dispute };

/** `payload_type` is on the wire although half of the client's types do not have it. */
export function toData({ kind, object }: Subject): Data {
  switch (kind) {
    case 'Payment':
      return { payload_type: kind, ...object };
    case 'Subscription':
      // The sandbox has no grace period.
      return { payload_type: kind, ...object, past_due_ends_at: null };
    case 'Refund':
      return { payload_type: kind, ...object };
    case 'Dispute':
      return { payload_type: kind, ...object };
  }
}

/** The same object as it is now; undefined when the sandbox has forgotten it. */
export function findSubject(store: DodoStore, data: Data): Data | undefined {
  const subject = findCurrent(store, data);
  return subject && toData(subject);
}

function findCurrent(store: DodoStore, data: Data): Subject | undefined {
  switch (data.payload_type) {
    case 'Payment': {
      const object = store.find('payment', data.payment_id);
      return object && { kind: 'Payment', object };
    }
    case 'Subscription': {
      const object = store.find('subscription', data.subscription_id);
      return object && { kind: 'Subscription', object };
    }
    case 'Refund': {
      const object = store.find('refund', data.refund_id);
      return object && { kind: 'Refund', object };
    }
    case 'Dispute': {
      const object = store.find('dispute', data.dispute_id);
      return object && { kind: 'Dispute', object };
    }
    default:
      return undefined;
  }
}
