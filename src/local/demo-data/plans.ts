import { json, type Caller, type Json } from './caller.js';
import type { Prices, Sold, SoldAt } from './prices.js';

interface DemoPlan {
  readonly code: string;
  readonly name: string;
  readonly description: string;
  readonly features: readonly string[];
  /** How much of each the plan allows; null: without limit. */
  readonly limits: Readonly<Record<'boards' | 'people', number | null>>;
  /** US cents a month. */
  readonly unitAmount: number;
}

interface ListedPlan {
  readonly code: string;
  readonly prices: readonly {
    readonly provider: string;
    readonly provider_price_id: string;
    /** Sold now; an earlier price stays mapped. */
    readonly is_current: boolean;
  }[];
}

const PACKAGE = { code: 'orchard', name: 'Orchard', description: 'Shared boards for small teams' };
/** So that a visitor can compare what each comes to; a merchant would choose. */
const EVERY_MODE = ['difference_immediately', 'prorated_immediately', 'full_immediately', 'do_not_bill'];
const CURRENCY = 'USD';
const INTERVAL = 'month';

const PLANS: readonly DemoPlan[] = [
  {
    code: 'orchard-free',
    name: 'Free',
    description: 'To look around',
    features: ['1 board', '2 people'],
    limits: { boards: 1, people: 2 },
    unitAmount: 0,
  },
  {
    code: 'orchard-basic',
    name: 'Basic',
    description: 'For a small team',
    features: ['10 boards', '5 people', 'Guest links'],
    limits: { boards: 10, people: 5 },
    unitAmount: 900,
  },
  {
    code: 'orchard-pro',
    name: 'Pro',
    description: 'For teams that grow',
    features: ['Unlimited boards', '25 people', 'Automations'],
    limits: { boards: null, people: 25 },
    unitAmount: 2_900,
  },
  {
    code: 'orchard-enterprise',
    name: 'Enterprise',
    description: 'For the whole company',
    features: ['Unlimited people', 'Single sign-on', 'Audit log'],
    limits: { boards: null, people: null },
    unitAmount: 9_900,
  },
];

/** Puts four plans on sale. What is there already is left as it is, but for prices of a provider that came later. */
export async function addPlans(prices: Prices, uplift: Caller): Promise<void> {
  const plans = await listPlans(uplift);
  if (!plans) {
    const { name, description } = PACKAGE;
    const body = { name, description, proration_modes: EVERY_MODE };
    await uplift('PUT', `/api/v1/admin/packages/${PACKAGE.code}`, json(body));
  }
  for (const [position, plan] of PLANS.entries()) {
    const listed = plans?.find(({ code }) => code === plan.code);
    const missing = (await ensurePrices(prices, plan)).filter((price) => !isSold(listed, price));
    if (missing.length === 0) continue;
    const path = `/api/v1/admin/packages/${PACKAGE.code}/plans/${plan.code}`;
    await uplift('PUT', path, json(listed ? withPrices(listed, plan, missing) : toPlan(plan, position, missing)));
  }
}

/** Dodo Payments sells no subscription for nothing: whoever wants the free plan there cancels. */
async function ensurePrices(prices: Prices, plan: DemoPlan): Promise<readonly SoldAt[]> {
  const sold: Sold = {
    lookupKey: plan.code,
    name: `${PACKAGE.name} ${plan.name}`,
    currency: CURRENCY,
    unitAmount: plan.unitAmount,
    interval: INTERVAL,
  };
  const atStripe = await prices.ensureAtStripe(sold);
  return plan.unitAmount === 0 ? [atStripe] : [atStripe, await prices.ensureAtDodo(sold)];
}

const isSold = (plan: ListedPlan | undefined, { provider, priceId }: SoldAt): boolean =>
  plan?.prices.some(
    (price) => price.is_current && price.provider === provider && price.provider_price_id === priceId,
  ) ?? false;

/** Undefined while there is no package. */
async function listPlans(uplift: Caller): Promise<readonly ListedPlan[] | undefined> {
  type Listed = { code: string; plans: ListedPlan[] }[];
  const packages = (await uplift('GET', '/api/v1/admin/packages')) as unknown as Listed;
  return packages.find(({ code }) => code === PACKAGE.code)?.plans;
}

const toPlan = (plan: DemoPlan, position: number, sold: readonly SoldAt[]): Json => ({
  name: plan.name,
  description: plan.description,
  features: plan.features,
  limits: plan.limits,
  rank: (position + 1) * 10,
  is_offered: true,
  prices: sold.map((price) => toPrice(plan, price)),
});

/** What somebody has changed since stays. */
function withPrices({ code: _code, ...listed }: ListedPlan, plan: DemoPlan, sold: readonly SoldAt[]): Json {
  const { id: _id, ...kept } = listed as Json & typeof listed;
  const current = (kept.prices as readonly Json[]).filter(({ is_current: isCurrent }) => isCurrent);
  const before = current.map(({ is_current: _isCurrent, ...price }) => price);
  return { limits: plan.limits, ...kept, prices: [...before, ...sold.map((price) => toPrice(plan, price))] };
}

const toPrice = (plan: DemoPlan, { provider, priceId, productId }: SoldAt): Json => ({
  provider,
  provider_price_id: priceId,
  provider_product_id: productId,
  currency: CURRENCY,
  unit_amount: plan.unitAmount,
  billing_interval: INTERVAL,
  interval_count: 1,
});
