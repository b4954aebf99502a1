import { toSubscriptionItem } from '../objects/subscription-objects.js';
import type { InvoiceLine, Price, Subscription, SubscriptionItem } from '../objects/wire-types.js';
import { invalidRequest, resourceMissing } from '../wire/stripe-error.js';
import type { ItemChange, ProrationBehavior } from './billing.types.js';
import { nextBoundary } from './calendar.js';
import { amountOf, computeCredit, computePeriodLines, computeRemainder } from './lines.js';

export interface ItemRequest {
  readonly id?: string | undefined;
  readonly price?: Price | undefined;
  readonly quantity?: number | undefined;
  readonly deleted?: boolean | undefined;
  readonly metadata?: Record<string, string> | undefined;
}

export interface ChangeRequest {
  readonly items: readonly ItemRequest[];
  readonly now: number;
  readonly prorationBehavior: ProrationBehavior;
  readonly prorationDate: number | undefined;
  /** `billing_cycle_anchor: { type: 'now' }` */
  readonly anchorNow: boolean;
  /** `trial_end: 'now'`, or the portal's `trial_update_behavior: end_trial`. */
  readonly endTrial: boolean;
}

/**
 * Everything that a change of items leads to, without doing it. An item of another interval, a first payment after a
 * free plan, and `billing_cycle_anchor: now` start a new period and bill it at once; any other change keeps the period
 * and is prorated as asked (https://docs.stripe.com/billing/subscriptions/upgrade-downgrade).
 */
export function computeItemChange(subscription: Subscription, request: ChangeRequest): ItemChange {
  const old = subscription.items.data;
  const items = computeItems(subscription, request);
  requireOneInterval(items);
  const isTrial = subscription.status === 'trialing' && !request.endTrial;
  const resetsPeriod = !isTrial && startsNewPeriod(subscription, old, items, request);
  if (isTrial)
    return {
      items,
      anchor: subscription.billing_cycle_anchor,
      resetsPeriod,
      linesNow: undefined,
      linesLater: [],
      endsTrial: false,
    };
  if (!resetsPeriod) return withinPeriod(subscription, old, items, request);
  const end = nextBoundary(request.now, items[0]!.price.recurring!, request.now);
  for (const item of items) Object.assign(item, { current_period_start: request.now, current_period_end: end });
  const credits =
    request.prorationBehavior === 'none' || subscription.status === 'trialing'
      ? []
      : old
          .filter((item) => amountOf(item) > 0)
          .map((item) => computeCredit(subscription.id, item, prorationDate(request)));
  return {
    items,
    anchor: request.now,
    resetsPeriod: true,
    linesNow: [...credits, ...computePeriodLines(subscription.id, items)],
    linesLater: [],
    endsTrial: subscription.status === 'trialing',
  };
}

function withinPeriod(
  subscription: Subscription,
  old: readonly SubscriptionItem[],
  items: SubscriptionItem[],
  request: ChangeRequest,
): ItemChange {
  const lines =
    request.prorationBehavior === 'none' ? [] : computeProrations(subscription.id, old, items, prorationDate(request));
  const isNow = request.prorationBehavior === 'always_invoice' && lines.length > 0;
  return {
    items,
    anchor: subscription.billing_cycle_anchor,
    resetsPeriod: false,
    linesNow: isNow ? lines : undefined,
    linesLater: isNow ? [] : lines,
    endsTrial: false,
  };
}

const prorationDate = ({ prorationDate: date, now }: ChangeRequest): number => date ?? now;

const isSame = (a: SubscriptionItem, b: SubscriptionItem): boolean =>
  a.id === b.id && a.price.id === b.price.id && a.quantity === b.quantity;

const totalOf = (items: readonly SubscriptionItem[]): number => items.reduce((sum, item) => sum + amountOf(item), 0);

function computeProrations(
  subscription: string,
  old: readonly SubscriptionItem[],
  items: readonly SubscriptionItem[],
  at: number,
): InvoiceLine[] {
  const gone = old.filter((item) => !items.some((other) => isSame(item, other)));
  const come = items.filter((item) => !old.some((other) => isSame(item, other)));
  return [
    ...gone.map((item) => computeCredit(subscription, item, at)),
    ...come.map((item) => computeRemainder(subscription, item, at)),
  ];
}

function computeItems(subscription: Subscription, request: ChangeRequest): SubscriptionItem[] {
  let items = subscription.items.data.map((item) => structuredClone(item));
  for (const [index, wanted] of request.items.entries()) {
    const existing = wanted.id === undefined ? undefined : items.find((item) => item.id === wanted.id);
    if (wanted.id !== undefined && !existing)
      throw resourceMissing('subscription item', wanted.id, `items[${index}][id]`, 400);
    if (existing && wanted.deleted) items = items.filter((item) => item !== existing);
    else if (existing) changeItem(existing, wanted);
    else items.push(addItem(subscription, items, wanted, request.now, index));
  }
  if (items.length === 0)
    throw invalidRequest(
      'A subscription must have at least one active plan. Cancel the subscription instead.',
      'items',
    );
  return items;
}

/** The quantity goes back to 1 when the price changes unless it is repeated. */
function changeItem(item: SubscriptionItem, wanted: ItemRequest): void {
  const isOtherPrice = wanted.price !== undefined && wanted.price.id !== item.price.id;
  if (isOtherPrice)
    Object.assign(item, toSubscriptionItem({ ...item, price: wanted.price!, quantity: wanted.quantity ?? 1 }));
  else if (wanted.quantity !== undefined) item.quantity = wanted.quantity;
  if (wanted.metadata) item.metadata = wanted.metadata;
}

function addItem(
  subscription: Subscription,
  items: readonly SubscriptionItem[],
  wanted: ItemRequest,
  now: number,
  index: number,
): SubscriptionItem {
  if (!wanted.price)
    throw invalidRequest('Missing required param: items[price].', `items[${index}][price]`, 'parameter_missing');
  if (items.some((item) => item.price.id === wanted.price!.id))
    throw invalidRequest(
      `Cannot add multiple subscription items with the same plan: ${wanted.price.id}`,
      `items[${index}][price]`,
    );
  const { current_period_start: start, current_period_end: end } = subscription.items.data[0]!;
  return toSubscriptionItem({
    subscription: subscription.id,
    price: wanted.price,
    quantity: wanted.quantity ?? 1,
    created: now,
    current_period_start: start,
    current_period_end: end,
    metadata: wanted.metadata ?? {},
  });
}

export function requireOneInterval(items: readonly { readonly price: Price }[]): void {
  const forms = new Set(
    items.map(({ price }) => `${price.recurring?.interval} ${price.recurring?.interval_count} ${price.currency}`),
  );
  if (items.some(({ price }) => price.recurring === null))
    throw invalidRequest(
      'The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.',
      'items[0][price]',
    );
  if (forms.size > 1)
    throw invalidRequest(
      'If a subscription has several items, the sandbox wants one interval and one currency.',
      'items',
    );
}

function startsNewPeriod(
  subscription: Subscription,
  old: readonly SubscriptionItem[],
  items: readonly SubscriptionItem[],
  request: ChangeRequest,
): boolean {
  if (request.anchorNow || (subscription.status === 'trialing' && request.endTrial)) return true;
  const [before, after] = [old[0]!.price.recurring!, items[0]!.price.recurring!];
  const isOtherInterval = before.interval !== after.interval || before.interval_count !== after.interval_count;
  return isOtherInterval || (totalOf(old) === 0 && totalOf(items) > 0);
}
