import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inParallel } from '../../crash/in-parallel.js';
import { MatrixWorld } from '../../e2e/matrix-world.js';
import { done } from '../../e2e/upsell-shop.js';
import { Darkness } from './darkness.js';
import { Doorway, type PassedCall } from './doorway.js';
import { over, type Reconciled } from './reconciling.js';

/** What a page of the provider holds at most. */
const PAGE = 100;
/** `RECONCILED=10000` measures what the module's README says of large merchants; it takes minutes. */
const SUBSCRIPTIONS = Number(process.env.RECONCILED ?? 120);
const ABOUT_EACH = SUBSCRIPTIONS * 300;

let world: MatrixWorld;
let doorway: Doorway;
let darkness: Darkness;

beforeAll(async () => {
  doorway = await Doorway.open();
  world = await MatrixWorld.start('stripe', 'pages', (sandboxUrl) => doorway.lead(sandboxUrl));
  darkness = await Darkness.begin(world);
  await subscribeMany();
}, 60_000 + ABOUT_EACH);
afterAll(async () => {
  await world?.close();
  await darkness?.close();
  await doorway?.close();
});

/** Customers of ours, each of whom has subscribed in the dark. */
async function subscribeMany(): Promise<void> {
  const { stripe } = world.shop.world;
  const product = await stripe.products.create({ name: 'Free' });
  const price = { product: product.id, currency: 'usd', unit_amount: 0, recurring: { interval: 'month' } } as const;
  const { id: priceId } = await stripe.prices.create(price);
  const prices = [
    {
      provider: 'stripe',
      provider_price_id: priceId,
      currency: 'USD',
      unit_amount: 0,
      billing_interval: 'month',
      interval_count: 1,
    },
  ];
  const plan = { name: 'free', rank: 0, is_offered: true, prices };
  await done(world.shop.admin('PUT', 'packages/suite/plans/free', plan));
  const customers: string[] = [];
  await inParallel([...Array(SUBSCRIPTIONS).keys()], 8, async (number) => {
    const { id: customer } = await stripe.customers.create({ email: `member-${number}@shop.test` });
    await stripe.subscriptions.create({ customer, items: [{ price: priceId }] });
    customers.push(customer);
  });
  await world.shop.rows(
    `WITH customer AS (SELECT unnest($1::text[]) AS id),
          member AS (INSERT INTO users (external_id, name, email)
                     SELECT id, id, id || '@shop.test' FROM customer RETURNING id, external_id),
          known AS (INSERT INTO user_provider_customers (user_id, provider, provider_customer_id)
                    SELECT id, 'stripe', external_id FROM member),
          crowd AS (INSERT INTO groups (external_id, name) SELECT id, id FROM customer RETURNING id, external_id)
     INSERT INTO group_members (group_id, user_id, role)
     SELECT crowd.id, member.id, 'owner' FROM crowd JOIN member USING (external_id)`,
    [customers],
  );
}

interface Measured extends Reconciled {
  readonly calls: readonly PassedCall[];
}

/** One run, with what it asked of the provider. */
async function measure(body: object): Promise<Measured> {
  const [before, began] = [doorway.passed.length, performance.now()];
  let peak = 0;
  const watching = setInterval(() => (peak = Math.max(peak, process.memoryUsage().heapUsed)), 100);
  const { items } = await done(world.shop.admin('POST', 'reconciliations', { provider: 'stripe', ...body }));
  const reconciled = await over(world, items[0].id, 30_000 + ABOUT_EACH);
  clearInterval(watching);
  const calls = doorway.passed.slice(before);
  if (process.env.RECONCILED) {
    const seconds = Math.round((performance.now() - began) / 1_000);
    console.info({ ...body, found: reconciled.found, seconds, calls: calls.length, heap_mb: Math.round(peak / 1e6) });
  }
  return { ...reconciled, calls };
}

const listsOf = (calls: readonly PassedCall[], path: string) => calls.filter((call) => call.path === path);

describe('a run over many subscriptions', () => {
  it(
    'reads them page by page, asks for none by itself, and applies each by one reading',
    async () => {
      const dry = await measure({});
      expect(dry.found).toEqual({ 'subscription_unknown adopt found': SUBSCRIPTIONS });
      const pages = listsOf(dry.calls, '/v1/subscriptions');
      expect(pages).toHaveLength(Math.ceil(SUBSCRIPTIONS / PAGE));
      for (const { listed } of pages) expect(listed).toBeLessThanOrEqual(PAGE);
      // One page each of payments, pages, refunds and disputes, of which there are none.
      expect(dry.calls).toHaveLength(pages.length + 4);

      const healing = await measure({ dry_run: false });
      expect(healing.found).toEqual({ 'subscription_unknown adopt applied': SUBSCRIPTIONS });
      expect(healing.calls).toHaveLength(dry.calls.length + SUBSCRIPTIONS);

      // They were all in the list: none of ours is asked for by its id.
      const again = await measure({ dry_run: false });
      expect(again.found).toEqual({});
      expect(again.calls).toHaveLength(dry.calls.length);
      expect(await world.shop.rows('SELECT FROM reconciliation_sightings')).toEqual([]);
    },
    90_000 + 3 * ABOUT_EACH,
  );
});
