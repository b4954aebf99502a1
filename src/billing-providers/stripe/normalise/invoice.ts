import type { InvoiceFact, InvoiceLine } from '../../domain/facts.js';
import { requireIds, type Normalised, type Origin } from '../../payload/normalised.js';
import { toFactOrUnreadable } from './fact-or-unreadable.js';
import {
  idAt,
  integerAt,
  objectAt,
  optionalIdAt,
  optionalObjectAt,
  optionalTimeAt,
  textAt,
  timeAt,
  valueAt,
  type JsonObject,
} from '../../payload/read-json.js';
import { listAt } from './list-at.js';

/** Everything of an invoice fact that the invoice itself says. */
export type InvoiceContent = Pick<
  InvoiceFact,
  'invoiceId' | 'total' | 'currency' | 'attemptCount' | 'nextAttemptAt' | 'lines'
>;

export function normaliseInvoice(origin: Origin, change: InvoiceFact['change'], invoice: JsonObject): Normalised {
  const subscription = requireIds(() => subscriptionOf(invoice));
  if (subscription === null) return { kind: 'unsupported' };
  const ids = requireIds(() => ({ subscriptionId: subscription.id, customerId: idAt(invoice, 'customer') }));
  requireIds(() => textAt(invoice, 'id'));
  if (subscription.isOldShape) {
    return { kind: 'must_read', ...ids, why: 'the invoice is of an API version before 2025-03-31' };
  }
  return toFactOrUnreadable(ids, () => ({
    kind: 'invoice',
    provider: 'stripe',
    ...ids,
    ...origin,
    change,
    ...toInvoiceContent(invoice),
  }));
}

/** Until 2025-03-31 the subscription stood on the invoice itself (docs.stripe.com/changelog/basil). */
function subscriptionOf(invoice: JsonObject): { readonly id: string; readonly isOldShape: boolean } | null {
  const parent = optionalObjectAt(invoice, 'parent');
  const details = parent && optionalObjectAt(parent, 'subscription_details');
  const id = details && optionalIdAt(details, 'subscription');
  if (id) return { id, isOldShape: false };
  const oldId = optionalIdAt(invoice, 'subscription');
  return oldId === null ? null : { id: oldId, isOldShape: true };
}

/**
 * A payload brings the first ten lines. Those of a subscription with one item are fewer: its period, and at most a handful
 * of prorations.
 *
 * @throws UnexpectedShapeError
 */
export function toInvoiceContent(invoice: JsonObject): InvoiceContent {
  return {
    invoiceId: textAt(invoice, 'id'),
    total: integerAt(invoice, 'total'),
    currency: textAt(invoice, 'currency'),
    attemptCount: integerAt(invoice, 'attempt_count'),
    nextAttemptAt: optionalTimeAt(invoice, 'next_payment_attempt'),
    lines: listAt(invoice, 'lines').flatMap(toLines),
  };
}

/** A line without a price (an amount added by hand) pays for no plan. */
function toLines(line: JsonObject): InvoiceLine[] {
  const pricing = optionalObjectAt(line, 'pricing');
  const details = pricing && optionalObjectAt(pricing, 'price_details');
  if (!details || valueAt(details, 'price') === undefined) return [];
  const period = objectAt(line, 'period');
  return [
    {
      priceId: idAt(details, 'price'),
      periodStart: timeAt(period, 'start'),
      periodEnd: timeAt(period, 'end'),
      proration: isProration(line),
    },
  ];
}

function isProration(line: JsonObject): boolean {
  const parent = optionalObjectAt(line, 'parent');
  return ['subscription_item_details', 'invoice_item_details'].some((key) => {
    const details = parent && optionalObjectAt(parent, key);
    return details !== null && valueAt(details, 'proration') === true;
  });
}
