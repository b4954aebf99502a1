import { json, type Caller, type Json } from './caller.js';
import { ensurePrice, type StripePrice } from './stripe-prices.js';

interface DemoPlan {
  readonly code: string;
  readonly name: string;
  readonly description: string;
  readonly features: readonly string[];
  /** US cents a month. */
  readonly unitAmount: number;
}

const PACKAGE = { code: 'orchard', name: 'Orchard', description: 'Shared boards for small teams' };
const CURRENCY = 'usd';
const INTERVAL = 'month';

const PLANS: readonly DemoPlan[] = [
  {
    code: 'orchard-free',
    name: 'Free',
    description: 'To look around',
    features: ['1 board', '2 people'],
    unitAmount: 0,
  },
  {
    code: 'orchard-basic',
    name: 'Basic',
    description: 'For a small team',
    features: ['10 boards', '5 people', 'Guest links'],
    unitAmount: 900,
  },
  {
    code: 'orchard-pro',
    name: 'Pro',
    description: 'For teams that grow',
    features: ['Unlimited boards', '25 people', 'Automations'],
    unitAmount: 2_900,
  },
  {
    code: 'orchard-enterprise',
    name: 'Enterprise',
    description: 'For the whole company',
    features: ['Unlimited people', 'Single sign-on', 'Audit log'],
    unitAmount: 9_900,
  },
];

/** Puts four plans on sale. What is there already is left as it is. */
export async function addPlans(sandbox: Caller, uplift: Caller): Promise<void> {
  const sold = await listSoldPrices(uplift);
  for (const [position, plan] of PLANS.entries()) {
    const price = await ensurePrice(sandbox, {
      lookupKey: plan.code,
      productName: `${PACKAGE.name} ${plan.name}`,
      currency: CURRENCY,
      unitAmount: plan.unitAmount,
      interval: INTERVAL,
    });
    if (sold?.has(price.id)) continue;
    if (!sold && position === 0) {
      const { name, description } = PACKAGE;
      await uplift('PUT', `/api/v1/admin/packages/${PACKAGE.code}`, json({ name, description }));
    }
    const path = `/api/v1/admin/packages/${PACKAGE.code}/plans/${plan.code}`;
    await uplift('PUT', path, json(toCatalogue(plan, price, (position + 1) * 10)));
  }
}

/** Ids of the provider's prices that the package is sold at; undefined while there is no package. */
async function listSoldPrices(uplift: Caller): Promise<ReadonlySet<string> | undefined> {
  type Listed = { code: string; plans: { prices: { provider_price_id: string }[] }[] }[];
  const packages = (await uplift('GET', '/api/v1/admin/packages')) as unknown as Listed;
  const found = packages.find(({ code }) => code === PACKAGE.code);
  return found && new Set(found.plans.flatMap(({ prices }) => prices.map((price) => price.provider_price_id)));
}

const toCatalogue = (plan: DemoPlan, price: StripePrice, rank: number): Json => ({
  name: plan.name,
  description: plan.description,
  features: plan.features,
  rank,
  is_offered: true,
  prices: [
    {
      provider: 'stripe',
      provider_price_id: price.id,
      provider_product_id: price.product,
      currency: CURRENCY.toUpperCase(),
      unit_amount: plan.unitAmount,
      billing_interval: INTERVAL,
      interval_count: 1,
    },
  ],
});
