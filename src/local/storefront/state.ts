import type { Offer, OwnedProduct, Plan, Subscription, WebhookEvent } from './clients/api.types.js';
import { unrecorded, type Problem, type RecordedCall } from './clients/call.js';
import type { ProviderPrice } from './clients/provider.js';
import type { Customer } from './customers.js';
import { CROSS_SELLS, EXTRAS } from './extras.js';
import type { ProviderId } from './providers.js';
import { computePulse } from './pulse.js';
import type { Shop, Visit } from './shop.js';

/** All that the subscription page shows, read freshly for each page. */
export interface ShopState {
  /** Virtual time; undefined when the sandbox does not answer. */
  readonly now: Date | undefined;
  readonly plans: readonly Plan[];
  readonly subscription: Subscription | undefined;
  /** Of what is sold once, at the provider that the visitor has chosen; empty when it does not answer. */
  readonly extraPrices: readonly ProviderPrice[];
  /** What is sold beside plans with one click; empty without an admin key. */
  readonly offers: readonly Offer[];
  /** What the customer has bought once. */
  readonly products: readonly OwnedProduct[];
  /** Why plans or subscription could not be read; having no subscription is no problem. */
  readonly problem: Problem | undefined;
  /** Undefined without an admin key. */
  readonly events: readonly WebhookEvent[] | undefined;
  readonly calls: readonly RecordedCall[];
}

/** Most events of a provider are of a kind that Uplift does not need; those are folded away. */
const SHOWN_EVENTS = 20;
const NO_SUBSCRIPTION = 'subscription_not_found';

/** As the page carries it; `readPulse` tells when it is out of date. */
export const pulseOf = ({ subscription, products }: ShopState): string => computePulse(subscription, products);

/** @throws Unreachable when Uplift does not answer */
export async function loadState(
  shop: Shop,
  { session: visit, language }: Visit,
  customer: Customer,
): Promise<ShopState> {
  const { calls, record } = shop.record();
  const session = shop.uplift.inNameOf(customer, language, record);
  const [plans, subscription, entitlements, extraPrices, offers, events, now] = await Promise.all([
    session.listPlans(),
    session.readSubscription(),
    shop.uplift.readEntitlements(customer, record),
    loadExtraPrices(shop, visit.provider),
    loadOffers(shop),
    loadEvents(shop),
    readNow(shop),
  ]);
  const problems = [plans, subscription].flatMap((result) => (result.ok ? [] : [result.problem]));
  return {
    now,
    plans: plans.ok ? plans.body.plans : [],
    subscription: subscription.ok ? subscription.body : undefined,
    extraPrices,
    offers,
    products: entitlements.ok ? entitlements.body.products : [],
    problem: problems.find(({ code }) => code !== NO_SUBSCRIPTION),
    events,
    calls,
  };
}

async function loadExtraPrices(shop: Shop, provider: ProviderId): Promise<readonly ProviderPrice[]> {
  const keys = EXTRAS.map(({ lookupKey }) => lookupKey);
  const prices = await shop.providers[provider].findPrices(keys, unrecorded).catch(() => undefined);
  return prices?.ok ? prices.body : [];
}

async function loadOffers(shop: Shop): Promise<readonly Offer[]> {
  if (!shop.uplift.readsAdministration) return [];
  const offers = await shop.uplift.listOffers(unrecorded);
  return offers.ok ? offers.body.filter(({ code, is_active: isActive }) => isActive && CROSS_SELLS.includes(code)) : [];
}

async function loadEvents(shop: Shop): Promise<readonly WebhookEvent[] | undefined> {
  if (!shop.uplift.readsAdministration) return undefined;
  const page = await shop.uplift.listWebhookEvents(`limit=${SHOWN_EVENTS}`, unrecorded);
  return page.ok ? page.body.items : undefined;
}

async function readNow(shop: Shop): Promise<Date | undefined> {
  const clock = await shop.sandbox.readClock(unrecorded).catch(() => undefined);
  return clock?.ok ? new Date(clock.body.now) : undefined;
}
