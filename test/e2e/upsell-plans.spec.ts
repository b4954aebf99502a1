import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { closeSound } from '../support/invariants.js';
import { submit } from './portal.js';
import { Shop, VISA, Visit, type Buyer } from './upsell-shop.js';

let shop: Shop;
let buyers = 0;
const END = { next_on_accept: null, next_on_decline: null };

beforeAll(async () => {
  shop = await Shop.open({ name: 'upsell_plans' });
  await shop.offer('course', { amount: 4_900 });
  await shop.planOffer('go-basic', 'basic');
  await shop.planOffer('go-pro', 'pro');
  await shop.funnel('course', [{ kind: 'with_plans', offers: ['go-basic', 'go-pro'], ...END }]);
});
afterAll(() => closeSound(shop.world));

/** A customer with a group of their own. */
async function nextBuyer(): Promise<{ buyer: Buyer; group: string }> {
  const group = `team-${++buyers}`;
  return { buyer: await shop.buyer(`buyer-${buyers}`, [group]), group };
}

async function subscribe(buyer: Buyer, group: string, plan: 'basic' | 'pro'): Promise<void> {
  const { stripe, plans, settle } = shop.world;
  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: buyer.customerId });
  await stripe.subscriptions.create({
    customer: buyer.customerId,
    items: [{ price: plans[plan].priceId }],
    default_payment_method: card.id,
    metadata: { group_id: group },
  });
  await settle();
}

/** `plan status` of the group's subscriptions. */
async function plansOf(group: string): Promise<string[]> {
  const rows = await shop.rows<{ line: string }>(
    `SELECT p.code || ' ' || s.status AS line FROM subscriptions s JOIN groups g ON g.id = s.group_id
      JOIN package_plans p ON p.id = s.package_plan_id WHERE g.external_id = $1 ORDER BY s.id`,
    [group],
  );
  return rows.map(({ line }) => line);
}

describe('a plan', () => {
  it('is started on the saved card, for the group of the sale', async () => {
    const { buyer, group } = await nextBuyer();
    const visit = await buyer.arrive('course');
    const { step } = await visit.view();
    expect(step.offers).toMatchObject([
      {
        name: 'Plan go-basic',
        amount: 900,
        interval: { unit: 'month', count: 1 },
        quote_required: false,
        compare: null,
      },
      { name: 'Plan go-pro', amount: 2_900, methods: [{ kind: 'saved_card', last4: '4242' }, { kind: 'new_card' }] },
    ]);
    expect(await visit.accept({}, 1)).toMatchObject({ status: 200, body: { session: { status: 'completed' } } });
    await eventually(async () => (await plansOf(group)).includes('pro active'));
    expect(await visit.items()).toContain('upsell go-pro paid 2900');
    expect((await visit.thankYou()).items).toMatchObject([
      { kind: 'main', renewal: null },
      { kind: 'upsell', renewal: { amount: 2_900, currency: 'USD', interval: { unit: 'month', count: 1 } } },
    ]);
    expect(shop.charges(buyer.customerId).map(({ amount }) => amount)).toEqual([4_900, 2_900]);
    await shop.world.settle();
    expect(await shop.rows(`SELECT FROM webhook_events WHERE status = 'failed'`)).toHaveLength(0);
    expect(
      await shop.rows(`SELECT FROM sales s JOIN users u ON u.id = s.user_id WHERE u.external_id = $1`, [buyer.id]),
    ).toHaveLength(1);
  });

  it('is started by the provider’s page with another card', async () => {
    const { buyer, group } = await nextBuyer();
    const visit = await buyer.arrive('course');
    const started = await visit.accept({ method: { kind: 'new_card' } });
    expect(started).toMatchObject({ status: 202, body: { pending: { kind: 'checkout', amount: 900 } } });
    await submit(started.body.pending.url, new URLSearchParams({ card: VISA, email: 'buyer@shop.test' }));
    await shop.world.settle();
    await eventually(async () => (await plansOf(group)).includes('basic active'));
    expect(await visit.items()).toContain('upsell go-basic paid 900');
    expect(await visit.view()).toMatchObject({ session: { status: 'completed' } });
  });

  it('changes the living subscription for exactly what was quoted', async () => {
    const { buyer, group } = await nextBuyer();
    await subscribe(buyer, group, 'basic');
    const visit = await buyer.arrive('course');
    const { step } = await visit.view();
    // The plan that they are at is not offered.
    expect(step.offers).toMatchObject([
      {
        name: 'Plan go-pro',
        amount: 2_900,
        quote_required: true,
        compare: { current_plan: 'basic', current_amount: 900, difference: 2_000 },
        methods: [{ kind: 'saved_card', card_id: 'subscription' }],
      },
    ]);
    const [offer] = step.offers;
    const method = { kind: 'saved_card', card_id: 'subscription' };
    const unquoted = await visit.accept({ method });
    expect(unquoted).toMatchObject({ status: 409, body: { code: 'upsell_offer_changed' } });
    const quote = await visit.post('quote', { step: step.id, offer_uuid: offer.offer_uuid });
    expect(quote).toMatchObject({ status: 200, body: { amount: 2_000, currency: 'USD', method: { last4: '4242' } } });
    const wish = { method, quote_id: quote.body.quote_id };
    const withoutQuoteTerms = await visit.accept(wish);
    expect(withoutQuoteTerms).toMatchObject({ status: 409, body: { code: 'upsell_offer_changed' } });
    const paid = await visit.accept({ ...wish, terms: quote.body.terms });
    expect(paid).toMatchObject({ status: 200, body: { session: { status: 'completed' } } });
    await eventually(async () => (await plansOf(group)).includes('pro active'));
    expect(await plansOf(group)).toHaveLength(1);
    expect(await visit.items()).toContain('upsell go-pro paid 2000');
    expect(shop.charges(buyer.customerId).map(({ amount }) => amount)).toEqual([900, 4_900, 2_000]);
    expect(await quoteStatuses(group)).toEqual(['applied']);
  });

  it('stays as it is when the card is declined, and another quote can be asked for', async () => {
    const { buyer, group } = await nextBuyer();
    await subscribe(buyer, group, 'basic');
    const { stripe } = shop.world;
    const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: buyer.customerId });
    const [subscription] = (await stripe.subscriptions.list({ customer: buyer.customerId })).data;
    await stripe.subscriptions.update(subscription!.id, { default_payment_method: bad.id });
    await shop.world.settle();
    const visit = await buyer.arrive('course');
    const { step } = await visit.view();
    const ask = () => visit.post('quote', { step: step.id, offer_uuid: step.offers[0].offer_uuid });
    const { body: quote } = await ask();
    const declined = await visit.accept({
      method: { kind: 'saved_card', card_id: 'subscription' },
      quote_id: quote.quote_id,
      terms: quote.terms,
    });
    expect(declined).toMatchObject({
      status: 402,
      body: { code: 'payment_declined', failure: 'card_declined', current: { session: { status: 'open' } } },
    });
    await shop.world.settle();
    expect(await plansOf(group)).toEqual(['basic active']);
    expect(await quoteStatuses(group)).toEqual(['failed']);
    expect((await ask()).status).toBe(200);
  });

  it('that was bought at the merchant’s checkout is a sale too, once, and its renewals are none', async () => {
    const { buyer, group } = await nextBuyer();
    await shop.planOffer('main-basic', 'basic');
    await shop.offer('setup', { amount: 1_000 });
    await shop.funnel('main-basic', [{ kind: 'one_click', offers: ['setup'], ...END }]);
    const metadata = { offer_uuid: shop.offers['main-basic'] ?? '', group_id: group };
    const session = await shop.world.stripe.checkout.sessions.create({
      mode: 'subscription',
      customer: buyer.customerId,
      line_items: [{ price: shop.world.plans.basic.priceId, quantity: 1 }],
      success_url: 'https://shop.test/done',
      cancel_url: 'https://shop.test/cart',
      metadata,
      subscription_data: { metadata: { group_id: group } },
    });
    await submit(session.url ?? '', new URLSearchParams({ card: VISA, email: 'buyer@shop.test' }));
    await shop.world.settle();
    const body = { provider: 'stripe', checkout_id: session.id, user_id: buyer.id };
    const claimed = await shop.service('POST', 'sales', body);
    expect(claimed).toMatchObject({
      status: 200,
      body: { sale: { source: 'checkout', method: 'card', items: [{ offer: { plan_code: 'basic' }, amount: 900 }] } },
    });
    const visit = Visit.follow(shop, claimed.body);
    const { step } = await visit.view();
    expect(step.offers[0].methods).toMatchObject([{ kind: 'saved_card', last4: '4242' }, { kind: 'new_card' }]);
    expect(await visit.accept()).toMatchObject({ status: 200 });
    await shop.world.advance({ days: 32 });
    const sales = await shop.rows(`SELECT FROM sales s JOIN users u ON u.id = s.user_id WHERE u.external_id = $1`, [
      buyer.id,
    ]);
    expect(sales).toHaveLength(1);
    const main = async () => (await visit.sale()).items[0];
    // By the payment's own name in the dashboard, while ours is that of its invoice.
    const { data } = await shop.world.stripe.invoicePayments.list({ invoice: (await main()).provider_payment_id });
    const payment_intent = data[0]?.payment.payment_intent as string;
    await shop.world.stripe.refunds.create({ payment_intent, amount: 300 });
    await eventually(async () => (await main()).refunded_amount === 300);
    const refunded = await shop.refund(claimed.body.sale.items[0].id);
    expect(refunded).toMatchObject({ status: 200, body: { status: 'succeeded' } });
    await shop.world.settle();
    expect(await visit.items()).toEqual(['main main-basic refunded 900', 'upsell setup paid 1000']);
  });

  it('is not offered to somebody of several groups, when the sale names none', async () => {
    const buyer = await shop.buyer('member-of-two', ['team-left', 'team-right']);
    const unnamed = await buyer.claim(await buyer.buy('course'));
    expect(unnamed.body).toMatchObject({ upsell: null, sale: { status: 'finalized', group_id: null } });
    const metadata = { offer_uuid: shop.offers.course ?? '', group_id: 'team-right' };
    const named = await buyer.arrive('course', { metadata });
    expect((await named.view()).step.offers).toHaveLength(2);
    expect(await named.sale()).toMatchObject({ group_id: 'team-right' });
  });
});

async function quoteStatuses(group: string): Promise<string[]> {
  const rows = await shop.rows<{ status: string }>(
    `SELECT q.status FROM plan_quotes q JOIN subscriptions s ON s.id = q.subscription_id
      JOIN groups g ON g.id = s.group_id WHERE g.external_id = $1 ORDER BY q.id`,
    [group],
  );
  return rows.map(({ status }) => status);
}
