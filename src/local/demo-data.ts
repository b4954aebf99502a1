import { LocalFailure } from './local-failure.js';

/** Where the demonstration's catalogue goes, and with which keys. */
export interface DemoTarget {
  /** Base URLs without a trailing slash. */
  readonly upliftUrl: string;
  readonly sandboxUrl: string;
  readonly adminApiKey: string;
  readonly stripeSecretKey: string;
}

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

type Json = Record<string, unknown>;

/**
 * Puts four plans on sale, first at the sandbox, then in Uplift's catalogue. What is there already is left as it is, so a
 * later start keeps what somebody has changed since.
 *
 * @throws LocalFailure with what was refused
 */
export async function addDemoData(target: DemoTarget): Promise<void> {
  const sandbox = callerOf(target.sandboxUrl, { authorization: `Bearer ${target.stripeSecretKey}` });
  const uplift = callerOf(target.upliftUrl, { 'x-api-key': target.adminApiKey });
  const sold = await listSoldPrices(uplift);
  for (const [position, plan] of PLANS.entries()) {
    const price = await ensurePrice(sandbox, plan);
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

interface StripePrice {
  readonly id: string;
  readonly product: string;
}

/** A price is found again by its lookup key, which only one price has (docs.stripe.com/api/prices). */
async function ensurePrice(sandbox: Caller, plan: DemoPlan): Promise<StripePrice> {
  const lookup = new URLSearchParams({ 'lookup_keys[0]': plan.code });
  const { data } = (await sandbox('GET', `/v1/prices?${lookup}`)) as unknown as { data: StripePrice[] };
  if (data[0]) return data[0];
  const price = await sandbox(
    'POST',
    '/v1/prices',
    new URLSearchParams({
      currency: CURRENCY,
      unit_amount: String(plan.unitAmount),
      'recurring[interval]': INTERVAL,
      lookup_key: plan.code,
      'product_data[name]': `${PACKAGE.name} ${plan.name}`,
    }),
  );
  return price as unknown as StripePrice;
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

interface JsonBody {
  readonly text: string;
}

type Caller = (method: string, path: string, body?: URLSearchParams | JsonBody) => Promise<Json>;

const json = (body: Json): JsonBody => ({ text: JSON.stringify(body) });

const callerOf =
  (baseUrl: string, headers: Readonly<Record<string, string>>): Caller =>
  async (method, path, body) => {
    const isForm = body === undefined || body instanceof URLSearchParams;
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: isForm ? headers : { ...headers, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: isForm ? body : body.text }),
    });
    const text = await response.text();
    if (!response.ok)
      throw new LocalFailure(`The demo data was refused: ${method} ${path} answered ${response.status} ${text}`);
    return JSON.parse(text) as Json;
  };
