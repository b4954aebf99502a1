import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startApplication, type StartedApplication } from '../support/application.js';
import type { Answer } from '../support/http.js';
import { eventually } from '../support/eventually.js';
import { submit } from './portal.js';
import { Shop, VISA, type Buyer, type Visit } from './upsell-shop.js';
import { stripeOf } from '../support/settings.js';

let shop: Shop;
let second: StartedApplication;
let funnelId: string;
let buyers = 0;
const nextBuyer = () => shop.buyer(`buyer-${++buyers}`);
const amountsOf = ({ customerId }: Buyer) => shop.charges(customerId).map(({ amount }) => amount);

beforeAll(async () => {
  shop = await Shop.open({ name: 'upsell_attacks_races' });
  const { database, clock, config } = shop.world.application;
  const environment = { STRIPE_API_URL: stripeOf(config).apiUrl };
  second = await startApplication({ name: 'second', database, clock, environment });
  await shop.offer('course', { amount: 4_900 });
  await shop.offer('presets', { amount: 1_900 });
  await shop.offer('lens', { amount: 9_900 });
  await shop.offer('tripod', { amount: 5_900 });
  funnelId = await shop.funnel('course', [
    {
      kind: 'multi_offer',
      offers: ['presets', 'lens', 'tripod'],
      countdown_seconds: 600,
      next_on_accept: null,
      next_on_decline: null,
    },
  ]);
  await shop.offer('curso', { amount: 4_900, currency: 'BRL', methods: ['card', 'pix'] });
  await shop.offer('efeitos', { amount: 1_990, currency: 'BRL', methods: ['card', 'pix'] });
  await shop.funnel('curso', [
    { kind: 'pix_or_card', offers: ['efeitos'], next_on_accept: null, next_on_decline: null },
  ]);
});
afterEach(() => shop.world.sandbox.faults.clear());
afterAll(async () => {
  await second.close();
  await shop.close();
});

/** The same page, served by one of two processes. */
const postTo = (instance: number, visit: Visit, action: string, body: object, headers: Record<string, string> = {}) => {
  const { call } = instance % 2 === 0 ? shop.world.application : second;
  const all = { 'accept-language': 'en', ...headers };
  return call('POST', `/upsell-native/${visit.offerUuid}/${action}`, { token: visit.token, body, headers: all });
};
const statusesOf = (answers: readonly Answer[]) => [...new Set(answers.map(({ status }) => status))].toSorted();

/** What must hold however a race ends: rows, ledger and view tell one story. */
async function expectConsistent(visit: Visit, buyer: Buyer): Promise<void> {
  const charged = amountsOf(buyer).toSorted();
  const items = (await visit.items()).filter((line) => line.includes(' paid '));
  expect(items.map((line) => Number(line.split(' ').at(-1))).toSorted()).toEqual(charged);
  const open = (await visit.items()).filter((line) => line.includes(' pending '));
  expect(open).toEqual([]);
  const { session, pending } = await visit.view();
  expect(session.status).not.toBe('charging');
  expect(pending).toBeNull();
  const events = await visit.events();
  expect(events.filter((event) => event.startsWith('paid'))).toHaveLength(items.length - 1);
}

describe('fifty accepts over two processes', () => {
  const wishesOf = async (visit: Visit) => [await visit.wish({}, 0), await visit.wish({}, 1), await visit.wish({}, 2)];

  it.each([
    ['one key each, one offer', (index: number) => `try-${index}`, 1],
    ['one key for all, one offer', () => 'same', 1],
    ['no key, one offer', () => undefined, 1],
    ['one key each, three offers', (index: number) => `try-${index}`, 3],
    ['no key, three offers', () => undefined, 3],
    ['a key per offer, three offers', (index: number) => `offer-${index % 3}`, 3],
  ])('are one charge: %s', async (_how, keyOf, offers) => {
    const buyer = await nextBuyer();
    const visit = await buyer.arrive('course');
    const wishes = await wishesOf(visit);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => {
        const key = keyOf(index);
        const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
        return postTo(index, visit, 'payment', wishes[index % offers]!, headers);
      }),
    );
    await shop.world.settle();
    expect(amountsOf(buyer)).toHaveLength(2);
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    for (const status of statusesOf(answers)) expect([200, 202, 409, 410]).toContain(status);
    expect(await visit.items()).toHaveLength(2);
    expect((await visit.events()).filter((event) => event === 'accept')).toHaveLength(1);
    await expectConsistent(visit, buyer);
  });
});

describe('a yes that races', () => {
  it('two noes is one decision', async () => {
    for (let round = 0; round < 6; round++) {
      const buyer = await nextBuyer();
      const visit = await buyer.arrive('course');
      const wish = await visit.wish();
      const no = { step: wish.step };
      const calls = [
        () => postTo(0, visit, 'decline', no),
        () => postTo(1, visit, 'payment', wish),
        () => postTo(1, visit, 'decline', no),
      ];
      const answers = await Promise.all(
        [...calls.slice(round % 3), ...calls.slice(0, round % 3)].map((call) => call()),
      );
      await shop.world.settle();
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      const decided = (await visit.events()).filter((event) => event === 'accept' || event === 'decline');
      expect(decided).toHaveLength(1);
      await expectConsistent(visit, buyer);
    }
  });

  it('the kill switch is paid whole or not at all', async () => {
    for (let round = 0; round < 4; round++) {
      const buyer = await nextBuyer();
      const visit = await buyer.arrive('course');
      const wish = await visit.wish();
      const accept = () => postTo(1, visit, 'payment', wish);
      const kill = () => shop.admin('POST', `funnels/${funnelId}/kill`, {});
      const [answer] =
        round % 2 === 0 ? await Promise.all([accept(), kill()]) : (await Promise.all([kill(), accept()])).toReversed();
      await shop.world.settle();
      expect([200, 410]).toContain(answer!.status);
      expect(amountsOf(buyer)).toEqual(answer!.status === 200 ? [4_900, 1_900] : [4_900]);
      await expectConsistent(visit, buyer);
      expect((await postTo(0, visit, 'payment', wish)).status).toBe(410);
      await shop.admin('POST', `funnels/${funnelId}/revive`, {});
    }
  });

  it('the end of its countdown, seen by the sweep of another process, is decided once', async () => {
    const buyer = await nextBuyer();
    const visit = await buyer.arrive('course');
    expect((await visit.see()).status).toBe(204);
    const wish = await visit.wish();
    shop.world.sandbox.faults.api({ kind: 'slow', milliseconds: 150, method: 'POST', path: '/v1/payment_intents' });
    const accepting = postTo(1, visit, 'payment', wish);
    await eventually(async () => (await visit.view()).session.status === 'charging');
    await shop.world.sandbox.advance({ seconds: 601 });
    await Promise.all([shop.sweep(), postTo(0, visit, 'decline', { step: wish.step })]);
    expect((await accepting).status).toBe(200);
    await shop.world.settle();
    expect(await visit.items()).toContain('upsell presets paid 1900');
    expect(await visit.events()).not.toContain('expiry step');
    await expectConsistent(visit, buyer);
    const late = await (await nextBuyer()).arrive('course');
    await late.see();
    const lateWish = await late.wish();
    await shop.world.sandbox.advance({ seconds: 601 });
    const answers = await Promise.all([
      postTo(0, late, 'payment', lateWish),
      postTo(1, late, 'payment', lateWish),
      shop.sweep(),
    ]);
    expect([answers[0].status, answers[1].status]).toEqual([410, 410]);
    expect((await late.events()).filter((event) => event === 'expiry step')).toHaveLength(1);
  });
});

describe('a payment that is given up while it is paid', () => {
  const openPix = async () => {
    const buyer = await nextBuyer();
    const visit = await buyer.arrive('curso', { currency: 'BRL' });
    const wish = await visit.wish({ method: { kind: 'pix', tax_id: '12345678909' } });
    const started = await visit.post('payment', wish);
    expect(started.status).toBe(202);
    const [row] = await shop.rows<{ payment: string }>(
      'SELECT provider_payment_id AS payment FROM charge_attempts ORDER BY id DESC LIMIT 1',
    );
    return { buyer, visit, wish, step: { step: wish.step }, paymentId: row?.payment ?? '' };
  };

  it('by Pix is paid, and no second way of paying opens', async () => {
    const { buyer, visit, wish, step, paymentId } = await openPix();
    shop.world.sandbox.faults.delivery({ kind: 'delay', milliseconds: 300, types: ['payment_intent.*'] });
    await shop.bank(`pix/${paymentId}/pay`);
    const canceled = await postTo(1, visit, 'cancel-payment', step);
    expect(canceled).toMatchObject({ status: 200, body: { session: { status: 'completed' }, pending: null } });
    await shop.world.settle();
    expect(await visit.items()).toEqual(['main curso paid 4900', 'upsell efeitos paid 1990']);
    const again = [wish, { ...wish, method: { kind: 'new_card' } }].map((body) => visit.post('payment', body));
    expect(statusesOf(await Promise.all(again))).toEqual([410]);
    expect(amountsOf(buyer)).toEqual([4_900, 1_990]);
    await expectConsistent(visit, buyer);
  });

  it('by Pix, at the same moment, from two tabs', async () => {
    for (let round = 0; round < 4; round++) {
      const { buyer, visit, step, paymentId } = await openPix();
      const pay = shop.bank(`pix/${paymentId}/pay`).then(
        () => true,
        () => false,
      );
      const cancels = [postTo(0, visit, 'cancel-payment', step), postTo(1, visit, 'cancel-payment', step)];
      const [isPaid] = await Promise.all([pay, ...cancels]);
      await shop.world.settle();
      expect(await visit.items()).toContain(`upsell efeitos ${isPaid ? 'paid' : 'expired'} 1990`);
      expect(amountsOf(buyer)).toEqual(isPaid ? [4_900, 1_990] : [4_900]);
      await expectConsistent(visit, buyer);
    }
  });

  const openCheckout = async () => {
    const buyer = await nextBuyer();
    const visit = await buyer.arrive('course');
    const wish = await visit.wish();
    const started = await visit.accept({ method: { kind: 'new_card' } });
    const fields = new URLSearchParams({ card: VISA, email: 'buyer@shop.test' });
    const pay = () =>
      submit(started.body.pending.url, fields).then(
        () => true,
        () => false,
      );
    const cancel = () => postTo(1, visit, 'cancel-payment', { step: wish.step });
    // The other tab waits for neither.
    const click = () => postTo(0, visit, 'payment', wish);
    return { buyer, visit, pay, cancel, click };
  };
  const expectOneCharge = async ({ visit, buyer }: { visit: Visit; buyer: Buyer }) => {
    await shop.world.settle();
    await eventually(async () => (await visit.view()).session.status === 'completed');
    expect(amountsOf(buyer)).toEqual([4_900, 1_900]);
    await expectConsistent(visit, buyer);
  };

  it('on the checkout page cannot be paid there any more', async () => {
    const { pay, cancel, click, ...who } = await openCheckout();
    await cancel();
    expect(await pay()).toBe(false);
    expect((await click()).status).toBe(200);
    await expectOneCharge(who);
  });

  it('on the checkout page after it was paid there is charged no more', async () => {
    const { pay, cancel, click, ...who } = await openCheckout();
    shop.world.sandbox.faults.delivery({ kind: 'delay', milliseconds: 300, times: -1 });
    expect(await pay()).toBe(true);
    await Promise.all([cancel(), click()]);
    await expectOneCharge(who);
  });

  it('on the checkout page at the same moment is charged once', async () => {
    for (let round = 0; round < 3; round++) {
      const { pay, cancel, click, ...who } = await openCheckout();
      const all = [pay, cancel, click];
      await Promise.all([...all.slice(round), ...all.slice(0, round)].map((act) => act()));
      await click();
      await expectOneCharge(who);
    }
  });

  it('in one tab is not charged by a click in the other', async () => {
    const buyer = await nextBuyer();
    const visit = await buyer.arrive('course');
    const wish = await visit.wish();
    const started = await visit.accept({ method: { kind: 'new_card' } });
    const clicked = await postTo(1, visit, 'payment', wish);
    expect(clicked).toMatchObject({ status: 202, body: { pending: { kind: 'checkout' } } });
    const other = await postTo(1, visit, 'payment', { ...wish, offer_uuid: shop.offers.lens });
    expect(other.status).toBe(409);
    await submit(started.body.pending.url, new URLSearchParams({ card: VISA, email: 'buyer@shop.test' }));
    await shop.world.settle();
    expect((await postTo(0, visit, 'payment', wish)).status).toBe(410);
    expect(amountsOf(buyer)).toEqual([4_900, 1_900]);
    await expectConsistent(visit, buyer);
  });
});
