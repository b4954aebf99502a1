import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { submit } from '../../e2e/portal.js';
import { Shop, VISA } from '../../e2e/upsell-shop.js';
import { Customer } from './customer.support.js';
import { closeSound } from '../../support/invariants.js';

let shop: Shop;
let customers = 0;
const withCard = (groups: readonly string[] = []) => Customer.withCard(shop, `customer-${++customers}`, groups);
const rule = (code: string, body: object) => shop.admin('PUT', `upsell-rules/${code}`, { valid_minutes: 60, ...body });

beforeAll(async () => {
  shop = await Shop.open({ name: 'upsell_triggers' });
  await shop.offer('exports', { amount: 1_500 });
  await shop.offer('storage', { amount: 2_500 });
  await shop.offer('course', { amount: 4_900 });
  await shop.planOffer('club', 'basic');
  await rule('milestone', { trigger: 'usage_milestone', offer_code: 'exports', minimum: 100 });
  await rule('big-milestone', { trigger: 'usage_milestone', offer_code: 'storage', minimum: 1_000 });
  await rule('welcome', { trigger: 'onboarding_done', offer_code: 'course' });
  await rule('limit-of-basic', { trigger: 'plan_limit', offer_code: 'storage', plan_code: 'basic', minimum: 80 });
});
afterEach(() => shop.world.sandbox.faults.clear());
afterAll(() => closeSound(shop.world));

describe('the rules of moments', () => {
  it('are read, changed and deleted by administrators; what was offered stays', async () => {
    const made = await rule('short', { trigger: 'onboarding_done', offer_code: 'exports', plan_code: 'pro' });
    expect(made).toMatchObject({
      status: 200,
      body: {
        code: 'short',
        trigger: 'onboarding_done',
        offer_code: 'exports',
        plan_code: 'pro',
        minimum: null,
        valid_minutes: 60,
        is_active: true,
        counts: { offered: 0, taken: 0, declined: 0 },
      },
    });
    const changed = await rule('short', { trigger: 'onboarding_done', offer_code: 'storage', is_active: false });
    expect(changed.body).toMatchObject({ offer_code: 'storage', plan_code: null, is_active: false });
    const codes = (await shop.admin('GET', 'upsell-rules')).body.map(({ code }: { code: string }) => code);
    expect(codes).toEqual(['big-milestone', 'limit-of-basic', 'milestone', 'short', 'welcome']);
    expect((await shop.admin('DELETE', 'upsell-rules/short')).status).toBe(204);
    const gone = { status: 404, body: { code: 'upsell_rule_not_found' } };
    expect(await shop.admin('GET', 'upsell-rules/short')).toMatchObject(gone);
    expect(await shop.admin('DELETE', 'upsell-rules/short')).toMatchObject(gone);
  });

  it.each([
    ['an offer of nobody', { trigger: 'plan_limit', offer_code: 'nothing' }, 404, 'offer_not_found'],
    ['a plan of nobody', { trigger: 'plan_limit', offer_code: 'course', plan_code: 'none' }, 404, 'plan_not_found'],
    ['a moment of nobody', { trigger: 'full_moon', offer_code: 'course' }, 422, 'validation_failed'],
    ['no time', { trigger: 'plan_limit', offer_code: 'course', valid_minutes: 0 }, 422, 'validation_failed'],
  ])('are refused with %s', async (_what, body, status, code) => {
    expect(await rule('wrong', body)).toMatchObject({ status, body: { code } });
  });
});

describe('a moment that the merchant’s server tells of', () => {
  it('is an offer, told once however often, and bought by one click as a sale of its own', async () => {
    const customer = await withCard();
    const told = await customer.moment('usage_milestone', 'exports-100', {
      value: 120,
      details: { feature: 'exports' },
    });
    expect(told).toMatchObject({ status: 200, body: { status: 'open', offer: { offer_code: 'exports' } } });
    expect((await customer.moment('usage_milestone', 'exports-100', { value: 5_000 })).body).toEqual(told.body);
    const shown = await customer.eligibility();
    expect(shown).toMatchObject({
      eligible: true,
      product: { id: shop.offers.exports, name: 'Offer exports', price: 1_500, currency: 'USD' },
      source: 'usage_milestone',
      expires_at: told.body.expires_at,
    });
    expect(await customer.accept({ terms: shown.terms })).toMatchObject({ status: 200, body: { success: true } });
    expect(await customer.accept({ terms: shown.terms })).toMatchObject({ status: 200, body: { success: true } });
    await shop.world.settle();
    expect(customer.charges()).toEqual([1_500]);
    expect(await customer.products()).toEqual(['exports']);
    expect(await customer.eligibility()).toEqual({ eligible: false });
    expect((await customer.moment('usage_milestone', 'exports-100')).body.status).toBe('taken');
    const again = await customer.moment('usage_milestone', 'exports-200', { value: 200 });
    expect(again.body).toMatchObject({ status: 'nothing', offer: null });
    const [movement] = shop.charges(customer.buyer.customerId);
    const payment = await shop.world.stripe.paymentIntents.retrieve(movement?.payment_intent ?? '');
    expect(payment.metadata).toMatchObject({ purchase_type: 'cross_sell', source: 'usage_milestone' });
  });

  it('offers what the highest minimum has, and never the same at two moments', async () => {
    const customer = await withCard();
    const first = await customer.moment('usage_milestone', 'k', { value: 1_000 });
    expect(first.body.offer.offer_code).toBe('storage');
    const second = await customer.moment('usage_milestone', 'k2', { value: 1_001 });
    expect(second.body.offer.offer_code).toBe('exports');
    expect((await customer.moment('usage_milestone', 'k3', { value: 2_000 })).body.status).toBe('nothing');
    expect((await customer.moment('usage_milestone', 'low', { value: 99 })).body.status).toBe('nothing');
    expect((await customer.moment('usage_milestone', 'silent')).body.status).toBe('nothing');
  });

  it('is of the plan that the customer is at', async () => {
    const group = `group-${++customers}`;
    const customer = await withCard([group]);
    expect((await customer.moment('plan_limit', 'early', { value: 90 })).body.status).toBe('nothing');
    expect((await customer.cross('club', { group_id: group })).status).toBe(200);
    await shop.world.settle();
    const told = await customer.moment('plan_limit', 'near', { value: 90, group_id: group });
    expect(told.body).toMatchObject({ status: 'open', offer: { offer_code: 'storage' } });
    expect(await customer.eligibility()).toMatchObject({ source: 'plan_limit', product: { price: 2_500 } });
  });

  it('switches the plan that the customer is at, for what a quote said', async () => {
    await shop.planOffer('club-pro', 'pro');
    await rule('upgrade', { trigger: 'plan_limit', offer_code: 'club-pro', plan_code: 'basic', minimum: 95 });
    const group = `group-${++customers}`;
    const customer = await withCard([group]);
    expect((await customer.cross('club', { group_id: group })).status).toBe(200);
    await shop.world.settle();
    const told = await customer.moment('plan_limit', 'full', { value: 99, group_id: group });
    expect(told.body).toMatchObject({ status: 'open', offer: { offer_code: 'club-pro' } });
    const shown = await customer.eligibility();
    expect(shown).toMatchObject({
      eligible: true,
      source: 'plan_limit',
      quote_required: true,
      product: { price: 2_900 },
    });
    expect(await customer.accept({ terms: shown.terms })).toMatchObject({
      status: 409,
      body: { code: 'upsell_offer_changed', error: 'Upsell processing failed' },
    });
    const quote = await customer.face('POST', '/quote');
    expect(quote).toMatchObject({ status: 200, body: { amount: 2_000, currency: 'USD', terms: shown.terms } });
    const agreed = { terms: shown.terms, quote_id: quote.body.quote_id };
    const accepted = await customer.accept(agreed);
    expect(accepted).toMatchObject({ status: 200, body: { success: true, sessionId: quote.body.quote_id } });
    await shop.world.settle();
    const subscription = await customer.call('GET', '/api/v1/general/subscription');
    expect(subscription.body).toMatchObject({ plan: { code: 'pro' } });
    expect(customer.charges()).toEqual([900, 2_000]);
    expect(await customer.eligibility()).toEqual({ eligible: false });
    expect((await customer.moment('plan_limit', 'full')).body.status).toBe('taken');
  });

  it('is over when its time is', async () => {
    const customer = await withCard();
    await customer.moment('onboarding_done', 'done');
    const { terms } = await customer.eligibility();
    await shop.world.advance({ seconds: 3_601 });
    expect(await customer.eligibility()).toEqual({ eligible: false });
    const late = await customer.accept({ terms });
    expect(late).toMatchObject({ status: 400, body: { error: 'No upsell available' } });
    expect(customer.charges()).toEqual([]);
  });

  it('is declined for ever: no moment and no sale offers it again', async () => {
    const customer = await withCard();
    await customer.moment('onboarding_done', 'done');
    const { terms } = await customer.eligibility();
    expect(await customer.face('POST', '/decline', { terms })).toMatchObject({ status: 200, body: { success: true } });
    expect(await customer.accept({ terms })).toMatchObject({ status: 400, body: { error: 'No upsell available' } });
    expect((await customer.moment('onboarding_done', 'again')).body.status).toBe('nothing');
    expect(customer.charges()).toEqual([]);
    const counts = (await shop.admin('GET', 'upsell-rules/welcome')).body.counts;
    expect(counts.declined).toBeGreaterThanOrEqual(1);
  });

  it('is cleared by the outcome and not by the click', async () => {
    const buyer = await shop.buyer(`customer-${++customers}`);
    const customer = await Customer.of(shop, buyer);
    await shop.world.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: buyer.customerId });
    await customer.moment('onboarding_done', 'done');
    const { terms } = await customer.eligibility();
    const declined = await customer.accept({ terms });
    expect(declined).toMatchObject({ status: 402, body: { error: 'Upsell processing failed' } });
    const started = await customer.accept({ terms });
    expect(started).toMatchObject({ status: 202, body: { success: false, status: 'checkout' } });
    expect(await customer.eligibility()).toEqual({ eligible: false, reason: 'payment_pending' });
    const no = await customer.face('POST', '/decline', { terms });
    expect(no).toMatchObject({ status: 409, body: { code: 'upsell_payment_pending' } });
    await submit(started.body.checkout_url, new URLSearchParams({ card: VISA, email: 'customer@shop.test' }));
    await shop.world.settle();
    expect(await customer.accept({ terms })).toMatchObject({ status: 200, body: { success: true } });
    expect(await customer.eligibility()).toEqual({ eligible: false });
    expect(customer.charges()).toEqual([4_900]);
  });

  it.each([
    ['of nobody', { user_id: 'nobody' }, 404, 'user_not_found'],
    ['of another’s group', { group_id: 'theirs' }, 404, 'group_not_found'],
    ['with a way back to a stranger', { return_url: 'https://evil.test/' }, 422, 'return_url_not_allowed'],
    ['with a list for details', { details: [] }, 422, 'validation_failed'],
    ['with too much to say', { details: { text: 'x'.repeat(5_000) } }, 422, 'validation_failed'],
  ])('is refused %s', async (_what, more, status, code) => {
    const customer = await withCard();
    expect(await customer.moment('onboarding_done', 'k', more)).toMatchObject({ status, body: { code } });
    expect(await customer.eligibility()).toEqual({ eligible: false });
  });

  it('is the merchant’s server’s to tell', async () => {
    const customer = await withCard();
    const body = { user_id: customer.buyer.id, trigger: 'onboarding_done', key: 'k' };
    expect((await customer.call('POST', '/api/v1/service/upsell-triggers', body)).status).toBe(401);
  });
});
