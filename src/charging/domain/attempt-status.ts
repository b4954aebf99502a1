import type { ChargeOutcome } from '../../billing-providers/index.js';

/**
 * Where one try to move money stands.
 *
 * - `claimed`: nobody else may try; the provider was not called. `sent`: it is being called.
 * - `unknown`: it was called and did not answer: the money may have moved.
 * - `requires_action`, `pending`: open at the provider; the customer, or the payment's own slowness, decides.
 * - `refund_due`: money came for something that another attempt has paid or may still pay; it goes back.
 */
export type AttemptStatus =
  | 'claimed'
  | 'sent'
  | 'unknown'
  | 'requires_action'
  | 'pending'
  | 'succeeded'
  | 'failed'
  | 'expired'
  | 'canceled'
  | 'refund_due'
  | 'refunded';

/** Anything else is refused. A closed one that succeeds late is the provider's right: it alone knows where the money is. */
export const ATTEMPT_TRANSITIONS: Readonly<Record<AttemptStatus, readonly AttemptStatus[]>> = {
  claimed: ['sent', 'failed'],
  sent: ['succeeded', 'failed', 'requires_action', 'pending', 'unknown'],
  unknown: ['succeeded', 'failed', 'requires_action', 'pending'],
  requires_action: ['succeeded', 'failed', 'expired', 'canceled'],
  pending: ['succeeded', 'failed', 'expired', 'canceled'],
  succeeded: [],
  failed: ['succeeded', 'refund_due'],
  expired: ['succeeded', 'refund_due'],
  canceled: ['succeeded', 'refund_due'],
  refund_due: ['refunded'],
  refunded: [],
};

export const ATTEMPT_STATUSES = Object.keys(ATTEMPT_TRANSITIONS) as readonly AttemptStatus[];

/** What we are told of an attempt: by an answer, an event, a reading; or that there was no answer. */
export type ToldStatus = ChargeOutcome['status'] | 'unknown';

export type Move =
  /** Through these, one after the other. */
  | { readonly kind: 'move'; readonly path: readonly AttemptStatus[] }
  /** To `succeeded`, or to `refund_due` where the intent has another open or succeeded attempt. */
  | { readonly kind: 'late_success' }
  /** It stands there already; what is told may still know more: a card's digits, the next step. */
  | { readonly kind: 'refresh' }
  /** Older news than what is known. */
  | { readonly kind: 'no_news' }
  /** Nobody can know this: the provider was never asked. */
  | { readonly kind: 'impossible' };

const NO_NEWS: Move = { kind: 'no_news' };
const REFRESH: Move = { kind: 'refresh' };

/** What being told `told` makes of an attempt that is `from`. */
export function computeMove(from: AttemptStatus, told: ToldStatus): Move {
  switch (from) {
    case 'claimed':
      return { kind: 'impossible' };
    case 'sent':
    case 'unknown':
      if (told === from) return NO_NEWS;
      // It was open and has closed before anybody saw it open.
      if (told === 'expired' || told === 'canceled') return { kind: 'move', path: ['pending', told] };
      return { kind: 'move', path: [told] };
    case 'requires_action':
    case 'pending':
      if (told === 'unknown') return NO_NEWS;
      return told === 'requires_action' || told === 'pending' ? REFRESH : { kind: 'move', path: [told] };
    case 'failed':
    case 'expired':
    case 'canceled':
      return told === 'succeeded' ? { kind: 'late_success' } : NO_NEWS;
    case 'succeeded':
      return told === 'succeeded' ? REFRESH : NO_NEWS;
    case 'refund_due':
    case 'refunded':
      return NO_NEWS;
    default:
      return from satisfies never;
  }
}
