import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Shop } from './upsell-shop.js';
import { closeSound } from '../support/invariants.js';

let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open({ name: 'upsell_one_click' });
  await shop.listen();
  await shop.offer('course', { amount: 4_900 });
  await shop.offer('presets', { amount: 1_900 });
  await shop.offer('lens', { amount: 9_900 });
  await shop.offer('lens-lite', { amount: 5_900 });
  await shop.funnel('course', [
    { kind: 'one_click', offers: ['presets'], next_on_accept: 1, next_on_decline: 1 },
    { kind: 'one_click', offers: ['lens'], next_on_accept: null, next_on_decline: 2 },
    { kind: 'one_click', offers: ['lens-lite'], next_on_accept: null, next_on_decline: null },
  ]);
});
afterAll(() => closeSound(shop.world));

describe('one click', () => {
  it('leads from a sale over a paid upsell and a downsell to the thank-you page', async () => {
    const buyer = await shop.buyer('ana');
    const visit = await buyer.arrive('course');
    const first = await visit.view();
    expect(first).toMatchObject({
      session: { status: 'open' },
      language: 'en',
      step: {
        number: 1,
        headline: 'One more thing?',
        offers: [
          {
            amount: 1_900,
            currency: 'USD',
            methods: [{ kind: 'saved_card', brand: 'visa', last4: '4242' }, { kind: 'new_card' }],
          },
        ],
      },
      pending: null,
    });
    expect((await visit.see()).status).toBe(204);
    const paid = await visit.accept();
    expect(paid.status).toBe(200);
    expect(paid.body.step).toMatchObject({ number: 2, offers: [{ amount: 9_900 }] });
    expect((await visit.decline()).body.step).toMatchObject({ number: 3 });
    expect((await visit.decline()).body).toMatchObject({ session: { status: 'completed' }, step: null });
    await shop.world.settle();
    expect(await visit.items()).toEqual(['main course paid 4900', 'upsell presets paid 1900']);
    expect(await visit.sale()).toMatchObject({ status: 'extended', is_closed: true });
    expect(await visit.events()).toEqual(['impression', 'accept', 'paid 1900', 'decline', 'decline']);
    expect(shop.charges(buyer.customerId).map(({ amount }) => amount)).toEqual([4_900, 1_900]);
    expect(await visit.thankYou()).toMatchObject({
      sale: { status: 'extended', is_closed: true },
      items: [
        { kind: 'main', status: 'paid', delivery: 'By mail: course' },
        { kind: 'upsell', status: 'paid', delivery: 'By mail: presets' },
      ],
      totals: [{ amount: 6_800, currency: 'USD' }],
      pending: null,
    });
    expect(await shop.messages()).toEqual([
      'entitlement.granted',
      'sale.approved',
      'upsell.accepted',
      'entitlement.granted',
      'upsell.paid',
      'sale.extended',
      'upsell.declined',
      'upsell.declined',
      'sale.closed',
    ]);
  });
});
