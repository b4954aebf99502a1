import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ApiFault } from '../../src/sandbox/index.js';
import { Jobs } from '../../src/common/jobs/index.js';
import { submit } from './portal.js';
import { Shop, VISA, type Buyer, type Visit } from './upsell-shop.js';
import { closeSound } from '../support/invariants.js';

let shop: Shop;
let buyers = 0;
const nextBuyer = (groups: readonly string[] = []) => shop.buyer(`buyer-${++buyers}`, groups);
const amountsOf = ({ customerId }: Buyer) => shop.charges(customerId).map(({ amount }) => amount);

beforeAll(async () => {
  shop = await Shop.open({ name: 'upsell_attacks_network' });
  await shop.offer('course', { amount: 4_900 });
  await shop.offer('presets', { amount: 1_900 });
  await shop.funnel('course', [
    { kind: 'one_click', offers: ['presets'], next_on_accept: null, next_on_decline: null },
  ]);
  await shop.offer('class', { amount: 4_900 });
  await shop.planOffer('club', 'basic');
  await shop.planOffer('club-pro', 'pro');
  await shop.funnel('class', [
    { kind: 'with_plans', offers: ['club', 'club-pro'], next_on_accept: null, next_on_decline: null },
  ]);
});
afterEach(async () => {
  shop.world.sandbox.faults.clear();
  await shop.world.settle();
});
afterAll(() => closeSound(shop.world));

const PAYMENTS = { method: 'POST', path: '/v1/payment_intents' } as const;
const CHECKOUTS = { method: 'POST', path: '/v1/checkout/sessions' } as const;
const PLANS = { method: 'POST', path: '/v1/subscriptions' } as const;
const REFUNDS = { method: 'POST', path: '/v1/refunds' } as const;
type Where = typeof PAYMENTS | typeof CHECKOUTS | typeof PLANS | typeof REFUNDS;

/** One fault for every try of a call, and none of the provider's events. */
type Fault = (where: Where) => readonly ApiFault[];
const HANG: Fault = (where) => [{ kind: 'hang', milliseconds: 50, ...where, times: -1 }];
const DROP: Fault = (where) => [{ kind: 'dropRequest', ...where, times: -1 }];
const LOSE: Fault = (where) => [{ kind: 'loseResponse', ...where, times: 1 }, ...DROP(where)];
const FAIL: Fault = (where) => [{ kind: 'status', status: 500, ...where, times: -1 }];
const BAD_GATEWAY: Fault = (where) => [{ kind: 'status', status: 502, ...where, times: -1 }];
const BUSY: Fault = (where) => [{ kind: 'status', status: 429, ...where, times: -1 }];

function arm(fault: Fault, where: Where): void {
  const { faults } = shop.world.sandbox;
  for (const each of fault(where)) faults.api(each);
  faults.delivery({ kind: 'drop', types: ['*'], times: -1 });
}

const FAULTS: readonly (readonly [string, Fault])[] = [
  ['hangs', HANG],
  ['never arrives', DROP],
  ['is carried out and not answered', LOSE],
  ['is answered 500', FAIL],
  ['is answered 502', BAD_GATEWAY],
];

interface Attempt {
  readonly uuid: string;
  readonly status: string;
}
const newestAttempt = async (): Promise<Attempt> =>
  (await shop.rows<Attempt>('SELECT uuid, status FROM charge_attempts ORDER BY id DESC LIMIT 1'))[0]!;

/** The resolver, as long after the sending as it may only ask any more; then the time between two lists. */
async function resolveLater(): Promise<Attempt> {
  const { uuid } = await newestAttempt();
  const resolve = shop.world.application.app.get(Jobs).handlers.get('charging.resolve')!;
  await shop.rows('UPDATE charge_attempts SET sent_at = $2 WHERE uuid = $1', [uuid, shop.world.sandbox.now()]);
  await resolve({ uuid } as never);
  await shop.rows(`UPDATE charge_attempts SET absent_at = absent_at - interval '301 seconds' WHERE uuid = $1`, [uuid]);
  await resolve({ uuid } as never);
  return newestAttempt();
}

/** What a page may never do while nobody knows: open another way of paying. */
async function expectNoOtherWay(visit: Visit, wish: Record<string, unknown>): Promise<void> {
  const step = { step: wish.step };
  const fallback = await visit.post('payment', { ...wish, method: { kind: 'new_card' } });
  expect(fallback).toMatchObject({ status: 202, body: { pending: { kind: 'processing' } } });
  expect(await visit.post('cancel-payment', step)).toMatchObject({ body: { code: 'upsell_payment_pending' } });
  expect(await visit.post('decline', step)).toMatchObject({ body: { code: 'upsell_payment_pending' } });
  expect((await visit.view()).pending).not.toHaveProperty('url');
}

/** Follows an accept that nobody answered to its end. @returns what became of the attempt */
async function follow(visit: Visit, wish: Record<string, unknown>): Promise<string> {
  expect(await newestAttempt()).toMatchObject({ status: 'unknown' });
  await expectNoOtherWay(visit, wish);
  shop.world.sandbox.faults.clear();
  shop.world.sandbox.faults.delivery({ kind: 'drop', types: ['*'], times: -1 });
  const { status } = await resolveLater();
  shop.world.sandbox.faults.clear();
  return status;
}

/** One that was carried out, and one that was not. */
const HARDEST = FAULTS.slice(2, 4);

describe('a one-click charge', () => {
  it.each(FAULTS)('that %s ends, is made at most once, and is told', async (_how, fault) => {
    const buyer = await nextBuyer();
    const visit = await buyer.arrive('course');
    const wish = await visit.wish();
    arm(fault, PAYMENTS);
    const { status } = await visit.post('payment', wish, { 'idempotency-key': 'click' });
    expect(status).toBe(202);
    const end = await follow(visit, wish);
    const isPaid = end === 'succeeded';
    expect(amountsOf(buyer)).toEqual(isPaid ? [4_900, 1_900] : [4_900]);
    const { session, pending, last_failure } = await visit.view();
    expect({ status: session.status, pending, failure: last_failure?.code }).toEqual(
      isPaid
        ? { status: 'completed', pending: null, failure: undefined }
        : { status: 'open', pending: null, failure: 'provider_unavailable' },
    );
    expect(await visit.items()).toContain(`upsell presets ${isPaid ? 'paid' : 'failed'} 1900`);
    shop.world.sandbox.faults.clear();
    const again = await visit.post('payment', wish);
    expect(again.status).toBe(isPaid ? 410 : 200);
    expect(amountsOf(buyer)).toEqual([4_900, 1_900]);
  });
});

describe('a provider that is too busy', () => {
  it('has charged nothing, and is asked again by the next click alone', async () => {
    const buyer = await nextBuyer();
    const visit = await buyer.arrive('course');
    const wish = await visit.wish();
    arm(BUSY, PAYMENTS);
    const refused = await visit.post('payment', wish);
    expect(refused).toMatchObject({ status: 402, body: { failure: 'provider_unavailable' } });
    shop.world.sandbox.faults.clear();
    await shop.world.settle();
    expect(amountsOf(buyer)).toEqual([4_900]);
    expect((await visit.post('payment', wish)).status).toBe(200);
    expect(amountsOf(buyer)).toEqual([4_900, 1_900]);
  });
});

describe('a checkout page', () => {
  it.each(HARDEST)('whose call %s opens at most once, and is paid at most once', async (_how, fault) => {
    const buyer = await nextBuyer();
    const visit = await buyer.arrive('course');
    const wish = await visit.wish({ method: { kind: 'new_card' } });
    arm(fault, CHECKOUTS);
    const { status } = await visit.post('payment', wish);
    expect(status).toBe(202);
    const end = await follow(visit, wish);
    expect(['pending', 'failed']).toContain(end);
    shop.world.sandbox.faults.clear();
    const again = await visit.post('payment', wish);
    expect(again).toMatchObject({ status: 202, body: { pending: { kind: 'checkout' } } });
    await submit(again.body.pending.url, new URLSearchParams({ card: VISA, email: 'buyer@shop.test' }));
    await shop.world.settle();
    const open = await shop.world.stripe.checkout.sessions.list({ customer: buyer.customerId, status: 'open' });
    expect(open.data).toEqual([]);
    expect(amountsOf(buyer)).toEqual([4_900, 1_900]);
    expect(await visit.view()).toMatchObject({ session: { status: 'completed' }, pending: null });
  });
});

describe('a plan', () => {
  it.each(HARDEST)('whose start %s is started at most once', async (_how, fault) => {
    const buyer = await nextBuyer([`team-${buyers + 1}`]);
    const visit = await buyer.arrive('class');
    const wish = await visit.wish();
    arm(fault, PLANS);
    const { status } = await visit.post('payment', wish);
    expect(status).toBe(202);
    const end = await follow(visit, wish);
    shop.world.sandbox.faults.clear();
    const again = await visit.post('payment', wish);
    expect(again.status).toBe(end === 'succeeded' ? 410 : 200);
    await shop.world.settle();
    const { data } = await shop.world.stripe.subscriptions.list({ customer: buyer.customerId, status: 'all' });
    expect(data.map((subscription) => subscription.status)).toEqual(['active']);
    expect(amountsOf(buyer)).toEqual([4_900, 900]);
  });
});

describe('a refund', () => {
  it.each(HARDEST)('that %s is made at most once', async (_how, fault) => {
    const buyer = await nextBuyer();
    const visit = await buyer.arrive('course');
    await visit.accept();
    const { items } = await visit.sale();
    arm(fault, REFUNDS);
    const first = await shop.refund(items[1].id, { amount: 700 });
    const { status: before } = await newestAttempt();
    expect(before).toBe('unknown');
    expect((await shop.refund(items[1].id, { amount: 700 })).body.code).toBe('refund_not_possible');
    shop.world.sandbox.faults.clear();
    await resolveLater();
    const { status: end } = await newestAttempt();
    expect(['succeeded', 'failed']).toContain(end);
    const again = end === 'failed' ? await shop.refund(items[1].id, { amount: 700 }) : first;
    expect(again.status).toBeLessThan(300);
    const refunds = shop.world.sandbox
      .ledger()
      .filter(({ type, customer }) => type === 'refund' && customer === buyer.customerId);
    expect(refunds.map(({ amount }) => amount)).toEqual([700]);
    await shop.world.settle();
    expect((await visit.sale()).items[1]).toMatchObject({ status: 'paid', refunded_amount: 700 });
  });
});
