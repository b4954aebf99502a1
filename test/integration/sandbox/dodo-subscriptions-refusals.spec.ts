import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DodoWorld } from './dodo-support.js';
import { changeTo, movementsOf, startPlansWorld, subscribe, type Plans } from './dodo-subscriptions-support.js';

let world: DodoWorld;
let plans: Plans;
beforeAll(async () => {
  ({ world, plans } = await startPlansWorld());
});
afterAll(() => world.close());

const refusedWith = (status: number, code: string) => ({ status, error: { code, message: expect.any(String) } });

test.each([
  [
    'for a mode that cannot wait',
    422,
    'INVALID_PRORATION_MODE_WITH_NEXT_BILLING_DATE',
    () => changeTo(plans.basic, 'prorated_immediately', { effective_at: 'next_billing_date' }),
  ],
  ['for a product that does not exist', 404, 'NOT_FOUND', () => changeTo('pdt_unknown')],
  [
    'for an add-on that does not exist',
    422,
    'MISSING_ADDON_IDS',
    () => changeTo(plans.basic, 'do_not_bill', { addons: [{ addon_id: 'adn_unknown', quantity: 1 }] }),
  ],
  ['for no quantity', 422, 'INVALID_REQUEST_BODY', () => changeTo(plans.basic, 'do_not_bill', { quantity: 0 })],
  [
    'by a link without the capability',
    422,
    'UNSUPPORTED_ACTION',
    () => changeTo(plans.basic, 'full_immediately', { collect_via_payment_link: true }),
  ],
] as const)('a change is refused %s', async (_name, status, code, body) => {
  const subscriber = await subscribe(world, plans.pro);
  const expected = refusedWith(status, code);
  await expect(world.dodo.subscriptions.changePlan(subscriber.id, body())).rejects.toMatchObject(expected);
  await expect(world.dodo.subscriptions.previewChangePlan(subscriber.id, body())).rejects.toMatchObject(expected);
  expect(movementsOf(world, subscriber)).toHaveLength(1);
});

test('a change is refused for another currency, and for what is sold once', async () => {
  const { dodo } = world;
  const subscriber = await subscribe(world, plans.pro);
  const shared = { tax_category: 'saas', name: 'Other' } as const;
  const { product_id: once } = await dodo.products.create({
    ...shared,
    price: { type: 'one_time_price', price: 3000, currency: 'USD' },
  });
  const { product_id: rupees } = await dodo.products.create({
    ...shared,
    price: {
      type: 'recurring_price',
      price: 3000,
      currency: 'INR',
      payment_frequency_count: 1,
      payment_frequency_interval: 'Month',
      subscription_period_count: 10,
      subscription_period_interval: 'Year',
    },
  });
  const change = (product: string) => dodo.subscriptions.changePlan(subscriber.id, changeTo(product));
  await expect(change(once)).rejects.toMatchObject(refusedWith(422, 'UNSUPPORTED_ACTION'));
  await expect(change(rupees)).rejects.toMatchObject(refusedWith(422, 'UNSUPPORTED_CURRENCY'));
});
