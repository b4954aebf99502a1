import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { submit } from './portal.js';
import { done, Shop, Visit, type Buyer } from './upsell-shop.js';
import { closeSound } from '../support/invariants.js';

let shop: Shop;
let buyers = 0;
const nextBuyer = () => shop.buyer(`buyer-${++buyers}`);
const amountsOf = ({ customerId }: Buyer) => shop.charges(customerId).map(({ amount }) => amount);
const countSales = async (): Promise<number> =>
  (await shop.rows<{ count: number }>('SELECT count(*)::int AS count FROM sales'))[0]?.count ?? -1;

beforeAll(async () => {
  shop = await Shop.open({ name: 'upsell_attacks_sales' });
  await shop.offer('course', { amount: 4_900 });
  await shop.offer('presets', { amount: 1_900 });
  await shop.offer('lens', { amount: 9_900 });
  await shop.funnel('course', [
    { kind: 'one_click', offers: ['presets'], next_on_accept: 1, next_on_decline: 1 },
    { kind: 'one_click', offers: ['lens'], next_on_accept: null, next_on_decline: null },
  ]);
  await shop.offer('curso', { amount: 4_900, currency: 'BRL', methods: ['card', 'pix'] });
  await shop.offer('efeitos', { amount: 1_990, currency: 'BRL', methods: ['card', 'pix'] });
  await shop.funnel('curso', [
    { kind: 'pix_or_card', offers: ['efeitos'], next_on_accept: null, next_on_decline: null },
  ]);
});
afterAll(() => closeSound(shop.world));

describe('an upsell without a valid sale', () => {
  it('is not sold when what was bought was given back', async () => {
    const buyer = await nextBuyer();
    const purchase = await buyer.buy('course');
    const visit = Visit.follow(shop, await done(buyer.claim(purchase)));
    const wish = await visit.wish();
    await shop.world.stripe.refunds.create({ payment_intent: purchase.paymentId });
    await shop.world.settle();
    const answer = await visit.post('payment', wish);
    expect(answer).toMatchObject({ status: 410, body: { code: 'upsell_session_over', current: { step: null } } });
    expect(amountsOf(buyer)).toEqual([4_900]);
    expect(await visit.view()).toMatchObject({ step: null });
    expect(await visit.sale()).toMatchObject({ is_closed: true });
  });

  it('is not offered when what was bought was given back before anybody told of the sale', async () => {
    const buyer = await nextBuyer();
    shop.world.sandbox.setWebhook(undefined);
    const purchase = await buyer.buy('course');
    await shop.world.stripe.refunds.create({ payment_intent: purchase.paymentId });
    await shop.world.settle();
    shop.world.sandbox.setWebhook(`${shop.world.application.url}/api/v1/admin/stripe/webhook`);
    const before = await countSales();
    expect(await buyer.claim(purchase)).toMatchObject({ status: 409, body: { code: 'payment_not_paid' } });
    expect(await countSales()).toBe(before);
  });

  it('is not sold while the bank takes back what was bought', async () => {
    const buyer = await nextBuyer();
    const purchase = await buyer.buy('course');
    const visit = Visit.follow(shop, await done(buyer.claim(purchase)));
    const wish = await visit.wish();
    await shop.bank('disputes', { payment_intent: purchase.paymentId });
    await shop.world.settle();
    expect(await visit.post('payment', wish)).toMatchObject({ status: 410, body: { code: 'upsell_session_over' } });
    expect(amountsOf(buyer)).toEqual([4_900]);
  });

  it('is no sale of its own, by whichever name its payment is claimed', async () => {
    const buyer = await nextBuyer();
    const visit = await buyer.arrive('course');
    const started = await visit.accept({ method: { kind: 'new_card' } });
    await submit(started.body.pending.url, new URLSearchParams({ card: '4242424242424242', email: 'x@shop.test' }));
    await shop.world.settle();
    const [own] = await shop.rows<{ payment: string; checkout: string }>(
      `SELECT provider_payment_id AS payment, provider_checkout_id AS checkout FROM charge_attempts ORDER BY id DESC LIMIT 1`,
    );
    for (const reference of [{ payment_id: own!.payment }, { checkout_id: own!.checkout }]) {
      const body = { provider: 'stripe', user_id: buyer.id, offer_uuid: shop.offers.course, ...reference };
      const answer = await shop.service('POST', 'sales', body);
      expect(answer).toMatchObject({ status: 409, body: { code: 'payment_not_a_sale' } });
    }
  });
});

describe('the main checkout', () => {
  it('makes no second sale, however often it is told of and claimed', async () => {
    const buyer = await nextBuyer();
    const purchase = await buyer.buy('course');
    const before = await countSales();
    const { data } = await shop.world.stripe.events.list({ limit: 100 });
    const told = data.filter(({ data: { object } }) =>
      [purchase.paymentId, purchase.checkoutId].includes((object as { id?: string }).id ?? ''),
    );
    expect(told.length).toBeGreaterThan(1);
    for (const [index, event] of told.entries()) {
      await shop.postEvent(JSON.stringify({ ...event, id: `evt_again_${index}` }));
    }
    await shop.world.settle();
    const { checkoutId, paymentId } = purchase;
    const body = { provider: 'stripe', user_id: buyer.id };
    const claims = await Promise.all([
      shop.service('POST', 'sales', { ...body, payment_id: paymentId }),
      shop.service('POST', 'sales', { ...body, checkout_id: checkoutId }),
      shop.service('POST', 'sales', { ...body, payment_id: paymentId, offer_uuid: shop.offers.lens }),
    ]);
    expect(new Set(claims.map(({ body: { sale } }) => `${sale.id} ${sale.items[0].offer.code}`)).size).toBe(1);
    expect(await countSales()).toBe(before);
    expect(amountsOf(buyer)).toEqual([4_900]);
  });
});

describe('a price that a page brings along', () => {
  const FIELDS = ['amount', 'unit_amount', 'price', 'currency', 'discount', 'coupon', 'customer_id', 'product_id'];

  it('is refused in every body, by whichever name', async () => {
    const buyer = await nextBuyer();
    const visit = await buyer.arrive('course');
    const wish = await visit.wish();
    for (const field of FIELDS) {
      const answers = [
        await visit.post('payment', { ...wish, [field]: 1 }),
        await visit.post('payment', { ...wish, method: { ...(wish.method as object), [field]: 'brl' } }),
        await visit.post('decline', { step: wish.step, [field]: 1 }),
        await buyer.claim({ paymentId: 'pi_any' }, { [field]: 'usd' }),
      ];
      expect([field, ...answers.map(({ status, body }) => `${status} ${body.code}`)]).toEqual([
        field,
        ...answers.map(() => '422 validation_failed'),
      ]);
    }
    expect(amountsOf(buyer)).toEqual([4_900]);
  });

  it('has no effect in the address', async () => {
    const buyer = await nextBuyer();
    const visit = await buyer.arrive('course');
    const wish = await visit.wish();
    await visit.post('payment?amount=1&currency=vnd&unit_amount=1', wish);
    expect(amountsOf(buyer)).toEqual([4_900, 1_900]);
  });

  it.each([
    ['terms of another offer', async (visit: Visit) => ({ terms: (await visit.view()).step.offers[0].terms })],
    ['terms made up', async () => ({ terms: 'a'.repeat(64) })],
  ])('is not agreed to by %s', async (_what, forge) => {
    const other = await (await nextBuyer()).arrive('course');
    await other.decline();
    const terms = await forge(other);
    const buyer = await nextBuyer();
    const visit = await buyer.arrive('course');
    expect(await visit.accept(terms)).toMatchObject({ status: 409, body: { code: 'upsell_offer_changed' } });
    expect(amountsOf(buyer)).toEqual([4_900]);
  });

  it('is not the old one once the merchant has changed it', async () => {
    const buyer = await nextBuyer();
    const visit = await buyer.arrive('course');
    const wish = await visit.wish();
    await shop.offer('presets', { amount: 2_900 });
    const answer = await visit.post('payment', wish);
    expect(answer).toMatchObject({ status: 409, body: { code: 'upsell_offer_changed' } });
    expect(answer.body.current.step.offers[0]).toMatchObject({ amount: 2_900 });
    await shop.offer('presets', { amount: 1_900 });
    expect(amountsOf(buyer)).toEqual([4_900]);
  });

  it('cannot be that of an offer of another step', async () => {
    const buyer = await nextBuyer();
    const visit = await buyer.arrive('course');
    const answer = await visit.accept({ offer_uuid: shop.offers.lens });
    expect(answer).toMatchObject({ status: 404, body: { code: 'offer_not_found' } });
    const outside = await visit.accept({ offer_uuid: shop.offers.curso });
    expect(outside.body.code).toBe(answer.body.code);
  });
});

describe('a saved card', () => {
  const withCard = (card_id: string) => ({ method: { kind: 'saved_card', card_id } });

  it('is charged only if it is the customer’s own, and still there', async () => {
    const [buyer, victim] = [await nextBuyer(), await nextBuyer()];
    const visit = await buyer.arrive('course');
    await victim.arrive('course');
    const { stripe } = shop.world;
    const { data: foreign } = await stripe.paymentMethods.list({ customer: victim.customerId });
    const wish = await visit.wish();
    const own = (wish.method as { card_id: string }).card_id;
    await stripe.paymentMethods.detach(own);
    const loose = await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' } });
    for (const card of [foreign[0]!.id, own, loose.id, 'pm_guessed', 'pm_card_visa', 'subscription', '../customers']) {
      const answer = await visit.post('payment', { ...wish, ...withCard(card) });
      expect([403, 404, 409, 422]).toContain(answer.status);
      expect(['payment_method_not_found', 'payment_method_not_allowed', 'validation_failed']).toContain(
        answer.body.code,
      );
    }
    expect(amountsOf(buyer)).toEqual([4_900]);
    expect(amountsOf(victim)).toEqual([4_900]);
    expect(await visit.items()).toHaveLength(1);
  });

  it('is none after a sale that was paid by Pix', async () => {
    const buyer = await nextBuyer();
    const card = await shop.world.stripe.paymentMethods.attach('pm_card_visa', { customer: buyer.customerId });
    const pix = await shop.world.stripe.paymentIntents.create({
      amount: 4_900,
      currency: 'brl',
      customer: buyer.customerId,
      allowed_payment_method_types: ['pix'],
      payment_method_data: { type: 'pix', billing_details: { name: 'Ana', email: 'ana@shop.test' } },
      confirm: true,
      metadata: { offer_uuid: shop.offers.curso ?? '' },
    });
    await shop.bank(`pix/${pix.id}/pay`);
    await shop.world.settle();
    const visit = Visit.follow(shop, await done(buyer.claim({ paymentId: pix.id })));
    const { step } = await visit.view();
    expect(step.offers[0].methods.map(({ kind }: { kind: string }) => kind)).not.toContain('saved_card');
    const answer = await visit.accept(withCard(card.id));
    expect(answer).toMatchObject({ status: 422, body: { code: 'one_click_not_available' } });
    expect(amountsOf(buyer)).toEqual([4_900]);
  });

  it('is not charged once it has expired', async () => {
    await shop.world.advance({ to: new Date('2026-01-31T23:50:00Z') });
    const buyer = await nextBuyer();
    const { stripe } = shop.world;
    const card = { number: '4242424242424242', exp_month: 1, exp_year: 2026, cvc: '123' };
    const made = await stripe.paymentMethods.create({ type: 'card', card });
    await stripe.paymentMethods.attach(made.id, { customer: buyer.customerId });
    const visit = await buyer.arrive('course');
    const wish = { ...(await visit.wish()), ...withCard(made.id) };
    await shop.world.advance({ to: new Date('2026-02-01T00:00:01Z') });
    expect(await visit.post('payment', wish)).toMatchObject({ body: { code: 'payment_method_expired' } });
    expect(amountsOf(buyer)).toEqual([4_900]);
  });
});
