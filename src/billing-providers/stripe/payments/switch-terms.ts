import type { Stripe } from 'stripe';
import type { ProrationMode } from '../../domain/charge.js';
import { ProviderError } from '../../provider-error.js';
import { idOf } from './identity.js';
import { latestInvoiceOf, priceIdOf } from './plan-outcome.js';

/** What an update and its preview are both told, so that the one does exactly what the other has shown. */
export type SwitchTerms = Pick<
  Stripe.SubscriptionUpdateParams & Stripe.InvoiceCreatePreviewParams.SubscriptionDetails,
  'proration_behavior' | 'proration_date' | 'billing_cycle_anchor'
> & { items: { id: string; price: string; quantity?: number }[] };

/**
 * Stripe has no word for a difference. Prorated from the first second of the period, a price's share of what is left is the whole
 * price: the two lines are the old price back and the new one due, and the subscription keeps its period.
 *
 * @param prorationAt seconds since 1970; without a meaning where nothing is prorated
 */
export function toSwitchTerms(
  subscription: Stripe.Subscription,
  priceId: string,
  mode: ProrationMode,
  prorationAt: number,
): SwitchTerms {
  const items = [toItem(subscription, priceId)];
  switch (mode) {
    case 'difference_immediately':
    case 'prorated_immediately':
      return { items, proration_behavior: 'always_invoice', proration_date: prorationAt };
    case 'full_immediately':
      return { items, proration_behavior: 'none', billing_cycle_anchor: { type: 'now' } };
    case 'do_not_bill':
      return { items, proration_behavior: 'none' };
    default:
      return mode satisfies never;
  }
}

/** The moment from which a difference is due: all of the period. */
export const periodStartOf = (subscription: Stripe.Subscription): number => itemOf(subscription).current_period_start;

/**
 * The moment from which a difference is given back: from when the present plan was paid for, which is later than the period's
 * beginning where it was come by for a part of the period. Else a switch upwards on the last day, for a day's price, and back
 * again would earn the difference of two months. What nobody has paid for is not given back.
 */
export function paidFrom(subscription: Stripe.Subscription): number {
  const { current_period_end: end } = itemOf(subscription);
  const invoice = latestInvoiceOf(subscription);
  // A renewal's invoice is a draft for its first hour, and is collected then.
  const isCollected = invoice?.status === 'paid' || invoice?.status === 'draft';
  const own = isCollected ? invoice.lines.data.filter((line) => priceIdOfLine(line) === priceIdOf(subscription)) : [];
  const billed = own.filter(({ amount }) => amount > 0).map(({ period }) => period.start);
  return billed.length === 0 ? end - 1 : Math.max(periodStartOf(subscription), Math.min(...billed));
}

/** When the new plan is billed next: at the end of the period that the preview bills, or of the one that goes on. */
export function nextBillingOf(subscription: Stripe.Subscription, preview: Stripe.Invoice): number {
  const billed = preview.lines.data.filter((line) => !isProration(line)).map(({ period }) => period.end);
  return billed.length === 0 ? itemOf(subscription).current_period_end : Math.max(...billed);
}

/** Stripe bills the new price at once, whatever was asked, where the interval changes or a free plan becomes a paid one. */
export function isBilledAnyway(subscription: Stripe.Subscription, target: Stripe.Price): boolean {
  const { price } = itemOf(subscription);
  const isOtherInterval =
    price.recurring?.interval !== target.recurring?.interval ||
    price.recurring?.interval_count !== target.recurring?.interval_count;
  return isOtherInterval || (price.unit_amount === 0 && target.unit_amount !== 0);
}

/** Without its id Stripe adds a second item; without its quantity, the quantity becomes 1. */
function toItem(subscription: Stripe.Subscription, price: string) {
  const { id, quantity } = itemOf(subscription);
  return { id, price, ...(quantity === undefined ? {} : { quantity }) };
}

function itemOf(subscription: Stripe.Subscription): Stripe.SubscriptionItem {
  const [item] = subscription.items.data;
  if (item && subscription.items.data.length === 1) return item;
  throw new ProviderError('refused', 'only a subscription with one item can change its plan', {
    providerCode: 'unsupported_subscription',
  });
}

const priceIdOfLine = (line: Stripe.InvoiceLineItem): string | undefined => idOf(line.pricing?.price_details?.price);

const isProration = ({ parent }: Stripe.InvoiceLineItem): boolean =>
  parent?.subscription_item_details?.proration === true || parent?.invoice_item_details?.proration === true;
