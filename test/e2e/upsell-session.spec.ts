import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../support/http.js';
import { closeSound } from '../support/invariants.js';
import { Shop, Visit, type Buyer } from './upsell-shop.js';

let shop: Shop;
let buyers = 0;
let courseFunnel: string;
const nextBuyer = (groups: readonly string[] = []) => shop.buyer(`buyer-${++buyers}`, groups);
const END = { next_on_accept: null, next_on_decline: null };

beforeAll(async () => {
  shop = await Shop.open({ name: 'upsell_session' });
  await shop.offer('course', { amount: 4_900 });
  await shop.offer('presets', { amount: 1_900 });
  await shop.offer('lens', { amount: 9_900 });
  await shop.offer('lens-again', { amount: 8_900, product: 'lens' });
  courseFunnel = await shop.funnel('course', [
    { kind: 'one_click', offers: ['presets'], next_on_accept: 1, next_on_decline: 1, countdown_seconds: 600 },
    { kind: 'one_click', offers: ['lens'], ...END },
  ]);
  await shop.offer('guide', { amount: 1_500 });
  await shop.offer('sample', { amount: 500 });
  await shop.funnel('guide', [
    { kind: 'one_click', offers: ['presets'], next_on_accept: 2, next_on_decline: 1 },
    { kind: 'one_click', offers: ['sample'], ...END },
    { kind: 'one_click', offers: ['lens'], ...END },
  ]);
  await shop.offer('workshop', { amount: 2_900 });
  await shop.funnel('workshop', [
    { kind: 'multi_offer', offers: ['presets', 'lens', 'lens-again'], next_on_accept: null, next_on_decline: 1 },
    { kind: 'external', offers: [], external_url: 'https://shop.test/more', ...END },
  ]);
  await shop.offer('curso', { amount: 4_900, currency: 'BRL', methods: ['card', 'pix'] });
  await shop.offer('efeitos', { amount: 1_990, currency: 'BRL', methods: ['pix'] });
  await shop.funnel('curso', [{ kind: 'pix_or_card', offers: ['efeitos'], ...END }]);
});
afterAll(() => closeSound(shop.world));

const refusal = ({ status, body }: Answer): string => `${status} ${body.code}`;
const now = (): number => shop.world.sandbox.now().getTime();

describe('the page', () => {
  it('changes nothing when it is loaded, however often', async () => {
    const visit = await (await nextBuyer()).arrive('course');
    const first = await visit.view();
    for (let loads = 0; loads < 5; loads++) expect(await visit.view()).toEqual(first);
    expect(await visit.events()).toEqual([]);
    expect(first.step.expires_at).toBeNull();
  });

  it('counts a step once, and counts down from then on', async () => {
    const visit = await (await nextBuyer()).arrive('course');
    await Promise.all([visit.see(), visit.see(), visit.see()]);
    const { step } = await visit.view();
    expect(Date.parse(step.expires_at) - now()).toBe(600_000);
    expect(await visit.events()).toEqual(['impression']);
  });

  it('speaks the language of the browser where the sale has none', async () => {
    const visit = await (await nextBuyer()).arrive('course');
    const vietnamese = await visit.call('GET', `/upsell-native/${visit.offerUuid}`, undefined, {
      'accept-language': 'vi',
    });
    expect(vietnamese.body).toMatchObject({ language: 'vi', step: { headline: 'Thêm một món nữa?' } });
    expect(await visit.view()).toMatchObject({ language: 'en', step: { headline: 'One more thing?' } });
  });
});

describe('accepting is refused', () => {
  const arrive = async () => {
    const buyer = await nextBuyer();
    return { buyer, visit: await buyer.arrive('course') };
  };

  it('for another step than the one that is open, which is shown instead', async () => {
    const { visit } = await arrive();
    const old = await visit.wish();
    await visit.decline();
    const stale = await visit.post('payment', old);
    expect(refusal(stale)).toBe('409 upsell_step_stale');
    expect(stale.body.current.step.number).toBe(2);
    expect(refusal(await visit.post('impression', { step: old.step }))).toBe('409 upsell_step_stale');
    expect(refusal(await visit.post('decline', { step: old.step }))).toBe('409 upsell_step_stale');
  });

  it('when the countdown has ended: the step is left as if it had been declined, without being declined', async () => {
    const { visit } = await arrive();
    await visit.see();
    const wish = await visit.wish();
    await shop.world.advance({ seconds: 601 });
    expect((await visit.view()).step).toMatchObject({ number: 1, is_expired: true });
    const late = await visit.post('payment', wish);
    expect(refusal(late)).toBe('410 upsell_step_expired');
    expect(late.body.current.step).toMatchObject({ number: 2, is_expired: false });
    expect(await visit.events()).toEqual(['impression', 'expiry step']);
  });

  it('when the session’s time is over', async () => {
    const { visit } = await arrive();
    const wish = await visit.wish();
    await shop.world.advance({ seconds: 3_601 });
    expect(await visit.view()).toMatchObject({ session: { status: 'expired' }, step: null });
    const late = await visit.post('payment', wish);
    expect(refusal(late)).toBe('410 upsell_session_over');
    expect(late.body.current).toMatchObject({ session: { status: 'expired' }, step: null });
    expect(await visit.sale()).toMatchObject({ status: 'finalized', is_closed: true });
    expect(await visit.events()).toEqual(['expiry session']);
  });

  it('for offers that are not the step’s, that were changed, or that were withdrawn', async () => {
    const { visit } = await arrive();
    expect(refusal(await visit.accept({ offer_uuid: shop.offers.lens }))).toBe('404 offer_not_found');
    expect(refusal(await visit.accept({ terms: '0'.repeat(64) }))).toBe('409 upsell_offer_changed');
    expect(refusal(await visit.accept({ quote_id: crypto.randomUUID() }))).toBe('409 upsell_offer_changed');
    const before = await visit.wish();
    await shop.offer('presets', { amount: 2_100 });
    const changed = await visit.post('payment', before);
    expect(refusal(changed)).toBe('409 upsell_offer_changed');
    expect(changed.body.current.step.offers[0].amount).toBe(2_100);
    await shop.offer('presets', { amount: 1_900, is_active: false });
    const withdrawn = await visit.post('payment', before);
    expect(refusal(withdrawn)).toBe('409 upsell_offer_changed');
    expect(withdrawn.body.current.step.number).toBe(2);
    await shop.offer('presets', { amount: 1_900, is_active: true });
  });

  it('for cards that are somebody else’s or gone, and for ways that the offer does not take', async () => {
    const { visit } = await arrive();
    const other = await nextBuyer();
    const { stripe } = shop.world;
    const foreign = await stripe.paymentMethods.attach('pm_card_visa', { customer: other.customerId });
    const card = (id: string) => ({ method: { kind: 'saved_card', card_id: id } });
    expect(refusal(await visit.accept(card(foreign.id)))).toBe('404 payment_method_not_found');
    expect(refusal(await visit.accept(card('subscription')))).toBe('422 payment_method_not_allowed');
    expect(refusal(await visit.accept({ method: { kind: 'pix' } }))).toBe('422 payment_method_not_allowed');
    expect(refusal(await visit.accept({ installments: 2 }))).toBe('422 installments_not_allowed');
    const wish = await visit.wish();
    const { card_id: id } = wish.method as { card_id: string };
    await stripe.paymentMethods.detach(id);
    const gone = await visit.post('payment', wish);
    expect(refusal(gone)).toBe('404 payment_method_not_found');
    expect(gone.body.current.step.offers[0].methods).toEqual([{ kind: 'new_card' }]);
    expect(shop.charges(other.customerId)).toEqual([]);
  });

  it('for a body that says what it must not, or too little', async () => {
    const { visit } = await arrive();
    for (const broken of [{ amount: 1 }, { terms: undefined }, { method: { kind: 'saved_card' } }, { step: 'x' }]) {
      expect(refusal(await visit.accept(broken))).toBe('422 validation_failed');
    }
  });

  it('by one click after a sale that was not paid by card', async () => {
    const buyer = await nextBuyer();
    const card = await shop.world.stripe.paymentMethods.attach('pm_card_visa', { customer: buyer.customerId });
    await shop.offer('efeitos', { amount: 1_990, currency: 'BRL', methods: ['card', 'pix'] });
    const visit = await arriveByPix(buyer);
    const { step } = await visit.view();
    expect(step.offers[0].methods).toEqual([{ kind: 'pix' }, { kind: 'new_card' }]);
    const answer = await visit.accept({ method: { kind: 'saved_card', card_id: card.id } });
    expect(refusal(answer)).toBe('422 one_click_not_available');
    await shop.offer('efeitos', { amount: 1_990, currency: 'BRL', methods: ['pix'] });
    expect(refusal(await visit.accept({ method: { kind: 'new_card' } }))).toBe('422 payment_method_not_allowed');
    expect((await visit.accept({ method: { kind: 'pix' } })).status).toBe(202);
  });
});

describe('a kill switch', () => {
  it('half way ends the session, and lets what is under way come through', async () => {
    const [first, second] = [await (await nextBuyer()).arrive('course'), await (await nextBuyer()).arrive('course')];
    const wish = await first.wish();
    const pending = await second.accept({ method: { kind: 'new_card' } });
    await shop.admin('POST', `funnels/${courseFunnel}/kill`);
    expect(await first.view()).toMatchObject({ session: { status: 'killed' }, step: null });
    const killed = await first.post('payment', wish);
    expect(refusal(killed)).toBe('410 upsell_session_over');
    expect(killed.body.current.session.status).toBe('killed');
    expect(await second.view()).toMatchObject({ session: { status: 'charging' }, pending: pending.body.pending });
    const step = pending.body.step.id;
    expect((await second.post('cancel-payment', { step })).body).toMatchObject({ session: { status: 'killed' } });
    await shop.sweep();
    expect(await second.sale()).toMatchObject({ status: 'finalized', is_closed: true });
    const later = await (await nextBuyer()).buy('course');
    expect(later.paymentId).toMatch(/^pi_/);
    await shop.admin('POST', `funnels/${courseFunnel}/revive`);
  });

  it('of everything begins no session', async () => {
    await shop.admin('PUT', 'upsell-switch', { is_killed: true });
    const buyer = await nextBuyer();
    const claimed = await buyer.claim(await buyer.buy('course'));
    expect(claimed.body).toMatchObject({ upsell: null, sale: { status: 'finalized', is_closed: true } });
    await shop.admin('PUT', 'upsell-switch', { is_killed: false });
  });
});

describe('what is shown', () => {
  it('is not what the customer owns, or has declined before', async () => {
    const buyer = await nextBuyer();
    const first = await buyer.arrive('course');
    await first.accept();
    expect((await first.decline()).body.session.status).toBe('completed');
    const second = await buyer.arrive('workshop');
    const { step } = await second.view();
    // The presets are theirs and the lens was declined: of three offers one is left.
    expect(step.offers.map(({ offer_uuid }: { offer_uuid: string }) => offer_uuid)).toEqual([
      shop.offers['lens-again'],
    ]);
    const third = await buyer.buy('course');
    expect((await buyer.claim(third)).body).toMatchObject({ upsell: null, sale: { status: 'finalized' } });
  });

  it('is no downsell of what the customer owns', async () => {
    const buyer = await nextBuyer();
    await (await buyer.arrive('course')).accept();
    const again = await buyer.arrive('guide');
    const { step } = await again.view();
    expect(step.offers).toMatchObject([{ offer_uuid: shop.offers.lens }]);
    const other = await (await nextBuyer()).arrive('guide');
    expect((await other.decline()).body.step.offers).toMatchObject([{ offer_uuid: shop.offers.sample }]);
  });

  it('is left when it is bought elsewhere meanwhile', async () => {
    const buyer = await nextBuyer();
    const [first, second] = [await buyer.arrive('course'), await buyer.arrive('course')];
    expect((await first.accept()).status).toBe(200);
    const refused = await second.accept();
    expect(refusal(refused)).toBe('409 upsell_offer_changed');
    expect(refused.body.current.step.number).toBe(2);
  });

  it('are several offers, of which one is taken', async () => {
    const visit = await (await nextBuyer()).arrive('workshop');
    const paid = await visit.accept({}, 1);
    expect(paid).toMatchObject({ status: 200, body: { session: { status: 'completed' } } });
    expect(await visit.items()).toEqual(['main workshop paid 4900', 'upsell lens paid 9900']);
  });

  it('ends, at an external step, with the sale finalized and the way there', async () => {
    const visit = await (await nextBuyer()).arrive('workshop');
    const left = await visit.decline();
    expect(left.body).toMatchObject({
      session: { status: 'completed' },
      step: null,
      redirect_url: 'https://shop.test/more',
    });
    expect(await visit.sale()).toMatchObject({ status: 'finalized', is_closed: true });
    expect(refusal(await visit.post('decline', { step: crypto.randomUUID() }))).toBe('410 upsell_session_over');
  });
});

/** A main sale that was paid by Pix, as the storefront's server claims it. */
async function arriveByPix(buyer: Buyer): Promise<Visit> {
  const { stripe } = shop.world;
  const payment = await stripe.paymentIntents.create({
    amount: 4_900,
    currency: 'brl',
    customer: buyer.customerId,
    allowed_payment_method_types: ['pix'],
    payment_method_data: {
      type: 'pix',
      billing_details: { name: buyer.id, email: `${buyer.id}@shop.test`, tax_id: '00000000000' },
    },
    confirm: true,
    metadata: { offer_uuid: shop.offers.curso ?? '' },
  });
  await shop.bank(`pix/${payment.id}/pay`);
  await shop.world.settle();
  const claimed = await buyer.claim({ paymentId: payment.id });
  expect(claimed.body.sale).toMatchObject({ method: 'pix', source: 'payment' });
  return Visit.follow(shop, claimed.body);
}
