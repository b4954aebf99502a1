import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { closeSound } from '../support/invariants.js';
import { done, Shop, Visit, type Buyer, type Purchase } from './upsell-shop.js';

let shop: Shop;
let buyers = 0;
const nextBuyer = (groups: readonly string[] = []) => shop.buyer(`buyer-${++buyers}`, groups);
const salesOf = (buyer: Buyer) =>
  shop.rows<{ source: string; status: string; method: string; offer: string }>(
    `SELECT s.source, s.status, s.method_kind AS method, o.code AS offer FROM sales s
      JOIN users u ON u.id = s.user_id JOIN offers o ON o.id = s.offer_id WHERE u.external_id = $1 ORDER BY s.id`,
    [buyer.id],
  );
const countOf = async (table: string): Promise<number> => {
  const [row] = await shop.rows<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
  return row?.count ?? -1;
};

beforeAll(async () => {
  shop = await Shop.open({ name: 'upsell_sales' });
  await shop.listen();
  await shop.offer('course', { amount: 4_900 });
  await shop.offer('presets', { amount: 1_900 });
  await shop.offer('poster', { amount: 900 });
  await shop.funnel('course', [
    { kind: 'one_click', offers: ['presets'], next_on_accept: null, next_on_decline: null },
  ]);
});
afterAll(() => closeSound(shop.world));

/** Pays without telling us: the test decides who tells first. */
async function buySilently(buyer: Buyer, options = {}): Promise<Purchase> {
  shop.world.sandbox.setWebhook(undefined);
  const purchase = await buyer.buy('course', options);
  shop.world.sandbox.setWebhook(`${shop.world.application.url}/api/v1/admin/stripe/webhook`);
  return purchase;
}

/** Delivers what the provider would have told of a payment, in this order. @param changes of the objects that are told of */
async function deliver(purchase: Purchase, types: readonly string[], changes: object = {}): Promise<void> {
  const events = await shop.world.stripe.events.list({ limit: 100 });
  for (const type of types) {
    const event = events.data.find((candidate) => {
      const { id } = candidate.data.object as { id?: string };
      return candidate.type === type && (id === purchase.paymentId || id === purchase.checkoutId);
    });
    if (!event) throw new Error(`there is no ${type}`);
    const object = { ...event.data.object, ...changes };
    await shop.postEvent(JSON.stringify({ ...event, data: { ...event.data, object } }));
    await shop.world.settle(); // several workers: only then is the order that of the test
  }
}

const CHECKOUT = 'checkout.session.completed';
const PAYMENT = 'payment_intent.succeeded';

describe('a sale', () => {
  it.each([
    ['the checkout, then the payment', [CHECKOUT, PAYMENT], 'checkout'],
    ['the payment, then the checkout', [PAYMENT, CHECKOUT], 'payment'],
    ['both twice', [PAYMENT, CHECKOUT, PAYMENT, CHECKOUT], 'payment'],
  ])('is made once when the provider tells of %s', async (_order, types, source) => {
    const buyer = await nextBuyer();
    const purchase = await buySilently(buyer);
    await deliver(purchase, types);
    expect(await salesOf(buyer)).toEqual([{ source, status: 'approved', method: 'card', offer: 'course' }]);
    const claimed = await buyer.claim(purchase);
    expect(claimed).toMatchObject({
      status: 200,
      body: { sale: { source, provider_checkout_id: purchase.checkoutId } },
    });
    expect(await salesOf(buyer)).toHaveLength(1);
  });

  it('is made once when the storefront claims it first', async () => {
    const buyer = await nextBuyer();
    const purchase = await buySilently(buyer);
    const claimed = await buyer.claim(purchase, { language: 'pt-BR', return_url: 'https://shop.test/orders' });
    expect(claimed.body).toMatchObject({
      sale: {
        status: 'approved',
        source: 'claim',
        user_id: buyer.id,
        amount: 4_900,
        currency: 'USD',
        method: 'card',
        language: 'pt-BR',
        items: [{ kind: 'main', status: 'paid', offer: { code: 'course', product_code: 'course' } }],
      },
      upsell: { url: expect.stringContaining(`http://uplift.test/upsell-native?offer=${shop.offers.course}#token=`) },
      thank_you_url: expect.stringContaining(`http://uplift.test/thank-you?offer=${shop.offers.course}#token=`),
    });
    await deliver(purchase, [CHECKOUT, PAYMENT]);
    expect(await salesOf(buyer)).toHaveLength(1);
    const visit = Visit.follow(shop, claimed.body);
    expect(await visit.view()).toMatchObject({ language: 'pt-BR', step: { headline: 'Thêm một món nữa?' } });
    expect(await visit.thankYou()).toMatchObject({ return_url: 'https://shop.test/orders' });
  });

  it('keeps its card, and so its one click, when an event does not say how it was paid', async () => {
    const buyer = await nextBuyer();
    const purchase = await buySilently(buyer);
    const claimed = await buyer.claim(purchase);
    await deliver(purchase, [CHECKOUT]);
    await deliver(purchase, [PAYMENT], { payment_method_types: ['card', 'link'] });
    expect(await salesOf(buyer)).toMatchObject([{ method: 'card' }]);
    const { step } = await Visit.follow(shop, claimed.body).view();
    expect(step.offers[0].methods[0]).toMatchObject({ kind: 'saved_card', last4: '4242' });
  });

  it('is not claimed where nothing says what was sold, until the claim says so', async () => {
    const buyer = await nextBuyer();
    const purchase = await buySilently(buyer, { metadata: {} });
    expect(await buyer.claim(purchase)).toMatchObject({
      status: 404,
      body: { code: 'offer_not_found', detail: expect.stringContaining('send offer_uuid') },
    });
    expect((await buyer.claim(purchase, { offer_uuid: shop.offers.course })).status).toBe(200);
  });

  it.each([
    ['neither a payment nor a checkout', {}],
    ['both', { payment_id: 'pi_1', checkout_id: 'cs_1' }],
  ])('is not claimed by %s', async (_what, reference) => {
    const { id: user_id } = await nextBuyer();
    const errors = [{ field: 'payment_id', message: 'give payment_id or checkout_id, not both' }];
    expect(await shop.service('POST', 'sales', { provider: 'stripe', user_id, ...reference })).toMatchObject({
      status: 422,
      body: { code: 'validation_failed', errors },
    });
  });

  it('is made once when everybody tells at the same time', async () => {
    const buyer = await nextBuyer();
    const purchase = await buySilently(buyer);
    const claims = Array.from({ length: 8 }, () => buyer.claim(purchase));
    const [answers] = await Promise.all([Promise.all(claims), deliver(purchase, [CHECKOUT, PAYMENT])]);
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.sale?.id}`)).size).toBe(1);
    expect(await salesOf(buyer)).toHaveLength(1);
    const [row] = await shop.rows<{ items: number; entitlements: number; messages: number }>(
      `SELECT (SELECT count(*)::int FROM sale_items i JOIN sales s ON s.id = i.sale_id WHERE s.uuid = $1) AS items,
              (SELECT count(*)::int FROM entitlements e JOIN users u ON u.id = e.user_id WHERE u.external_id = $2)
                AS entitlements,
              (SELECT count(*)::int FROM merchant_webhook_deliveries WHERE message_id = $3) AS messages`,
      [answers[0]!.body.sale.id, buyer.id, `sale.approved:${answers[0]!.body.sale.id}`],
    );
    expect(row).toEqual({ items: 1, entitlements: 1, messages: 1 });
  });

  it('without a funnel is over at once, and leads to the thank-you page', async () => {
    const buyer = await nextBuyer();
    const claimed = await buyer.claim(await buyer.buy('poster', { amount: 900 }));
    expect(claimed.body).toMatchObject({ sale: { status: 'finalized', is_closed: true }, upsell: null });
    const visit = Visit.follow(shop, claimed.body);
    expect(await visit.thankYou()).toMatchObject({ sale: { status: 'finalized' }, pending: null, resume_url: null });
    const page = await visit.call('GET', `/upsell-native/${visit.offerUuid}`);
    expect(page).toMatchObject({ status: 404, body: { code: 'upsell_session_not_found' } });
  });

  it('of a customer that nobody knows waits until they are linked', async () => {
    const buyer = await nextBuyer();
    const { id: stranger } = await shop.world.stripe.customers.create({ email: 'stranger@shop.test' });
    await Object.assign(Object.create(Object.getPrototypeOf(buyer)), buyer, { customerId: stranger }).buy('course');
    const [event] = await shop.rows<{ outcome: string; waiting_for: string }>(
      `SELECT outcome, waiting_for FROM webhook_events WHERE event_type = '${CHECKOUT}' ORDER BY id DESC LIMIT 1`,
    );
    expect(event).toEqual({ outcome: 'foreign', waiting_for: `customer:stripe:${stranger}` });
    const link = { name: 'Stranger', email: 'stranger@shop.test', payment_provider_customer_id: stranger };
    await shop.service('PUT', 'users/stranger', link);
    await eventually(
      async () => (await shop.rows(`SELECT FROM sales WHERE provider_customer_id = $1`, [stranger])).length,
    );
  });

  it('is found by the prices of a checkout that does not say what it sold', async () => {
    const buyer = await nextBuyer();
    const { stripe } = shop.world;
    const product = await stripe.products.create({ name: 'Book' });
    const price = await stripe.prices.create({ product: product.id, currency: 'usd', unit_amount: 2_500 });
    const provider_price_ids = [{ provider: 'stripe', provider_price_id: price.id }];
    await shop.offer('book', { amount: 2_500, provider_price_ids });
    await buyer.buy('book', { metadata: {}, priceId: price.id });
    const found = await eventually(async () => {
      const sales = await salesOf(buyer);
      return sales.length > 0 && sales;
    });
    expect(found).toEqual([{ source: 'checkout', status: 'finalized', method: 'card', offer: 'book' }]);
  });
});

describe('no sale', () => {
  it('is made of a subscription’s renewals, of plan changes, or of our own charges', async () => {
    const buyer = await nextBuyer(['team-renewals']);
    const { stripe } = shop.world;
    const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: buyer.customerId });
    const subscription = await stripe.subscriptions.create({
      customer: buyer.customerId,
      items: [{ price: shop.world.plans.basic.priceId }],
      default_payment_method: card.id,
      metadata: { group_id: 'team-renewals', offer_uuid: shop.offers.course ?? '' },
    });
    await shop.world.settle();
    await stripe.subscriptions.update(subscription.id, {
      items: [{ id: subscription.items.data[0]!.id, price: shop.world.plans.pro.priceId }],
      proration_behavior: 'always_invoice',
    });
    await shop.world.advance({ days: 40 });
    const visit = await buyer.arrive('course');
    await visit.accept();
    await shop.world.settle();
    expect(await salesOf(buyer)).toMatchObject([{ status: 'extended', method: 'card', offer: 'course' }]);
    expect(await countOf(`webhook_events WHERE status = 'failed'`)).toBe(0);
    const [own] = await shop.rows<{ id: string }>(
      `SELECT provider_payment_id AS id FROM sale_items WHERE kind = 'upsell' ORDER BY id DESC LIMIT 1`,
    );
    const claimed = await buyer.claim({ paymentId: own?.id ?? '' });
    expect(claimed).toMatchObject({ status: 409, body: { code: 'payment_not_a_sale' } });
    const [invoice] = (await stripe.invoices.list({ customer: buyer.customerId, limit: 1 })).data;
    const renewal = await buyer.claim({ paymentId: await paymentOfInvoice(invoice!.id!) });
    expect(renewal).toMatchObject({ status: 409, body: { code: 'payment_not_a_sale' } });
  });
});

async function paymentOfInvoice(invoiceId: string): Promise<string> {
  const { data } = await shop.world.stripe.invoicePayments.list({ invoice: invoiceId });
  return data[0]?.payment.payment_intent as string;
}

describe('a claim is refused', () => {
  it('with a code for each reason', async () => {
    const buyer = await nextBuyer(['team-claims']);
    const other = await nextBuyer();
    const purchase = await buyer.buy('course');
    const refuse = async (answering: Promise<{ status: number; body: { code?: string } }>) => {
      const { status, body } = await answering;
      return `${status} ${body.code}`;
    };
    const open = await shop.world.stripe.paymentIntents.create({ amount: 100, currency: 'usd' });
    expect(await refuse(buyer.claim({ paymentId: 'pi_nothing' }))).toBe('404 payment_not_found');
    expect(await refuse(buyer.claim({ paymentId: open.id }))).toBe('409 payment_not_paid');
    expect(await refuse(buyer.claim(purchase, { user_id: 'nobody' }))).toBe('404 user_not_found');
    expect(await refuse(buyer.claim(purchase, { group_id: 'no-team' }))).toBe('404 group_not_found');
    expect(await refuse(other.claim(purchase))).toBe('409 sale_customer_mismatch');
    expect(await refuse(buyer.claim(purchase, { return_url: 'https://evil.test/' }))).toBe(
      '422 return_url_not_allowed',
    );
    expect(await refuse(buyer.claim(purchase, { amount: 1 }))).toBe('422 validation_failed');
    const unnamed = await buyer.buy('course', { metadata: {} });
    expect(await refuse(buyer.claim(unnamed))).toBe('404 offer_not_found');
    const named = await buyer.claim(unnamed, { offer_uuid: shop.offers.course });
    expect(named).toMatchObject({ status: 200, body: { sale: { group_id: 'team-claims' } } });
  });

  it('for everybody without the service key', async () => {
    const answer = await shop.world.application.call('POST', '/api/v1/service/sales', { body: {} });
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });
});

describe('the token of a sale', () => {
  it('opens its own sale alone', async () => {
    const buyer = await nextBuyer();
    const mine = await buyer.arrive('course');
    const wrongPath = await mine.call('GET', `/upsell-native/${shop.offers.presets}`);
    expect(wrongPath).toMatchObject({ status: 404, body: { code: 'upsell_session_not_found' } });
    for (const token of ['', 'x.y.z', `${mine.token}x`, await shop.world.application.tokenFor(buyer.id)]) {
      const answer = await shop.world.application.call('GET', `/upsell-native/${mine.offerUuid}`, { token });
      expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    }
  });
});

describe('the list of sales', () => {
  /** Its only member is now somebody else. */
  const leave = (group: string, owner: Buyer) =>
    shop.service('PUT', `groups/${group}`, {
      name: group,
      members: [{ user_external_id: owner.id, role: 'owner' }],
    });

  it('shows each as it is when it is read alone, newest first, also of a buyer who has left the group since', async () => {
    const [solo, member] = [await nextBuyer(), await nextBuyer(['team-left'])];
    const visits = [
      await solo.arrive('course'),
      await member.arrive('course', {}, { group_id: 'team-left' }),
      await solo.arrive('presets'),
    ];
    await done(leave('team-left', solo));
    const alone = await Promise.all(visits.map((visit) => visit.sale()));
    const { items } = await done(shop.admin('GET', 'sales?limit=3'));
    expect(items).toEqual(alone.toReversed());
    expect(items).toMatchObject([
      { user_id: solo.id, group_id: null, items: [{ offer: { code: 'presets' } }] },
      { user_id: member.id, group_id: 'team-left', items: [{ offer: { code: 'course' } }] },
      { user_id: solo.id, group_id: null, items: [{ offer: { code: 'course' } }] },
    ]);
  });

  it('and its messages go on naming the group that it was made for', async () => {
    const member = await nextBuyer(['team-told']);
    const visit = await member.arrive('course', {}, { group_id: 'team-told' });
    const owner = await nextBuyer();
    await done(leave('team-told', owner));
    await visit.decline();
    const [message] = await shop.rows<{ payload: string }>(
      'SELECT payload FROM merchant_webhook_deliveries WHERE message_id = $1',
      [`sale.closed:${visit.saleId}`],
    );
    expect(JSON.parse(message!.payload)).toMatchObject({ data: { user_id: member.id, group_id: 'team-told' } });
  });
});
