import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Jobs } from '../../../src/common/jobs/index.js';
import { Absences } from '../../../src/charging/jobs/absences.js';
import { SaleItemRepository } from '../../../src/upsell/persistence/sale-item.repository.js';
import { submit } from '../../e2e/portal.js';
import { Shop } from '../../e2e/upsell-shop.js';
import { startApplication, type StartedApplication } from '../../support/application.js';
import { eventually } from '../../support/eventually.js';
import type { Answer, Call } from '../../support/http.js';
import { stripeOf } from '../../support/settings.js';
import { closeSound } from '../../support/invariants.js';
import { Customer } from './customer.support.js';

let shop: Shop;
let second: StartedApplication;
let customers = 0;
const withCard = () => Customer.withCard(shop, `customer-${++customers}`);
const statusesOf = (answers: readonly Answer[]) => [...new Set(answers.map(({ status }) => status))].toSorted();
const codesOf = (answers: readonly Answer[]) =>
  [...new Set(answers.flatMap(({ status, body }) => (status >= 400 ? [body.code] : [])))].toSorted();
/** One of two processes. */
const via = (instance: number): Call => (instance % 2 === 0 ? shop.world.application.call : second.call);
const times = <Result>(count: number, work: (index: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: count }, (_each, index) => work(index)));
/** Events that wait for a payment to be known. */
const STILL_WAITING = `SELECT FROM webhook_events WHERE waiting_for LIKE '%:' || $1`;
const PAYMENTS = { method: 'POST', path: '/v1/payment_intents' } as const;

interface Attempt {
  readonly uuid: string;
  readonly status: string;
}
const newestAttempt = async (): Promise<Attempt> =>
  (await shop.rows<Attempt>('SELECT uuid, status FROM charge_attempts ORDER BY id DESC LIMIT 1'))[0]!;
const run = (task: string, payload: object) =>
  shop.world.application.app.get(Jobs).handlers.get(task)!(payload as never);

/** Somebody at the first step of a funnel. */
async function arrive(): Promise<Customer> {
  const customer = await Customer.of(shop, await shop.buyer(`customer-${++customers}`));
  await customer.buyer.arrive('course');
  return customer;
}

beforeAll(async () => {
  shop = await Shop.open({ name: 'cross_sell_attacks' });
  const { database, clock, config } = shop.world.application;
  const environment = { STRIPE_API_URL: stripeOf(config).apiUrl };
  second = await startApplication({ name: 'second', database, clock, environment });
  await shop.offer('course', { amount: 4_900 });
  await shop.offer('ebook', { amount: 1_900 });
  await shop.offer('lens', { amount: 9_900 });
  await shop.offer('storage', { amount: 2_500 });
  await shop.funnel('course', [
    { kind: 'one_click', offers: ['ebook'], next_on_accept: 1, next_on_decline: 1 },
    { kind: 'one_click', offers: ['lens'], next_on_accept: null, next_on_decline: null },
  ]);
  await shop.admin('PUT', 'upsell-rules/a', { trigger: 'onboarding_done', offer_code: 'storage', valid_minutes: 60 });
  await shop.admin('PUT', 'upsell-rules/b', { trigger: 'usage_milestone', offer_code: 'lens', valid_minutes: 60 });
});
afterEach(() => shop.world.sandbox.faults.clear());
afterAll(async () => {
  await second.close();
  await closeSound(shop.world);
});

describe('many clicks over two processes', () => {
  it.each([
    ['without a key', () => ({})],
    ['with one key', () => ({ 'idempotency-key': 'one' })],
    ['with a key each', (index: number) => ({ 'idempotency-key': `each-${index}` })],
  ])('are one cross-sell: %s', async (_how, headersOf) => {
    const customer = await withCard();
    const answers = await times(20, (index) =>
      customer.cross('ebook', {}, { via: via(index), headers: headersOf(index) }),
    );
    await shop.world.settle();
    expect(customer.charges()).toEqual([1_900]);
    expect(await customer.rows()).toEqual(['ebook paid']);
    expect(statusesOf(answers).every((status) => [200, 202, 409].includes(status))).toBe(true);
    expect(codesOf(answers).every((code) => ['offer_owned', 'idempotency_in_flight'].includes(code))).toBe(true);
    expect(answers.some(({ status }) => status === 200)).toBe(true);
  });

  it.each([
    ['with terms', true],
    ['without a word', false],
  ])('are a yes to the offer that was shown, and not to the next: %s', async (_how, withTerms) => {
    const customer = await arrive();
    const { terms } = await customer.eligibility();
    const body = withTerms ? { terms } : undefined;
    const answers = await times(10, (index) => customer.accept(body, { via: via(index) }));
    const late = await times(3, (index) => customer.accept(body, { via: via(index) }));
    await shop.world.settle();
    expect(customer.charges()).toEqual([4_900, 1_900]);
    expect(statusesOf(answers).every((status) => [200, 202, 409].includes(status))).toBe(true);
    expect(statusesOf(late)).toEqual(withTerms ? [200] : [409]);
    expect(await customer.eligibility()).toMatchObject({ eligible: true, product: { price: 9_900 } });
  });

  it('are a yes to the newest moment, and not to an older one', async () => {
    const customer = await withCard();
    await customer.moment('onboarding_done', 'done');
    await shop.world.advance({ seconds: 1 });
    await customer.moment('usage_milestone', 'exports');
    await times(6, (index) => customer.accept(undefined, { via: via(index) }));
    const late = await times(3, (index) => customer.accept(undefined, { via: via(index) }));
    expect(codesOf(late)).toEqual(['upsell_offer_changed']);
    expect(customer.charges()).toEqual([9_900]);
    const { terms } = await customer.eligibility();
    expect(await customer.accept({ terms })).toMatchObject({ status: 200 });
    expect(customer.charges()).toEqual([9_900, 2_500]);
  });

  it('in a funnel and beside it buy a product once', async () => {
    const customer = await arrive();
    const { terms } = await customer.eligibility();
    await times(10, (index) =>
      index % 2 === 0
        ? customer.accept({ terms }, { via: via(index / 2) })
        : customer.cross('ebook', {}, { via: via((index - 1) / 2) }),
    );
    await shop.world.settle();
    expect(customer.charges()).toEqual([4_900, 1_900]);
    expect((await customer.products()).toSorted()).toEqual(['course', 'ebook']);
  });
});

describe('a payment that comes through while another claim is judged', () => {
  const page = { card: '4242424242424242', email: 'customer@shop.test' };

  /** Pays a page at the very moment at which a claim looks for what is under way: it is paid then, and under way no more. */
  function payWhenLookedAt(url: string): void {
    const items = shop.world.application.app.get(SaleItemRepository, { strict: false });
    const look = items.findPendingOfferIds.bind(items);
    vi.spyOn(items, 'findPendingOfferIds').mockImplementationOnce(async (tx, ...rest) => {
      await submit(url, new URLSearchParams(page));
      await shop.world.settle();
      return look(tx, ...rest);
    });
  }

  it('keeps a funnel from selling it once more', async () => {
    const customer = await arrive();
    const { terms } = await customer.eligibility();
    const { body } = await customer.cross('ebook', { use_checkout: true });
    payWhenLookedAt(body.checkout_url);
    expect((await customer.accept({ terms })).status).toBeGreaterThanOrEqual(400);
    expect(customer.charges()).toEqual([4_900, 1_900]);
    expect((await customer.products()).toSorted()).toEqual(['course', 'ebook']);
  });

  it('keeps a cross-sell from selling it once more', async () => {
    const customer = await Customer.of(shop, await shop.buyer(`customer-${++customers}`));
    const visit = await customer.buyer.arrive('course');
    const { body } = await visit.accept({ method: { kind: 'new_card' } });
    payWhenLookedAt(body.pending.url);
    expect((await customer.cross('ebook')).status).toBe(409);
    expect(customer.charges()).toEqual([4_900, 1_900]);
    expect((await customer.products()).toSorted()).toEqual(['course', 'ebook']);
  });
});

describe('a payment that was given up, and had come through', () => {
  it('is given back once, also where its refund is told of first', async () => {
    const customer = await withCard();
    const { sandbox, stripe, application } = shop.world;
    sandbox.setWebhook(undefined);
    sandbox.faults.api({ kind: 'failAfter', ...PAYMENTS, times: 1 });
    expect((await customer.cross('ebook')).status).toBe(202);
    const { uuid } = await newestAttempt();
    const absences = application.app.get(Absences, { strict: false });
    await absences.note(uuid, new Date());
    await shop.rows(`UPDATE charge_attempts SET absent_at = absent_at - interval '10 minutes' WHERE uuid = $1`, [uuid]);
    expect(await absences.note(uuid, new Date())).toMatchObject({ status: 'failed' });
    expect((await customer.cross('ebook')).status).toBe(200);

    const { data: payments } = await stripe.paymentIntents.list({ customer: customer.buyer.customerId });
    const lost = payments.find(({ metadata }) => metadata.uplift_attempt === uuid);
    await stripe.refunds.create({ payment_intent: lost?.id });
    const { data: events } = await stripe.events.list({ limit: 100 });
    sandbox.setWebhook(`${application.url}/api/v1/admin/stripe/webhook`);
    for (const event of events.filter(({ data }) => JSON.stringify(data.object).includes(lost?.id ?? 'none'))) {
      await shop.postEvent(JSON.stringify(event)); // newest first
      await shop.world.settle();
    }
    await eventually(async () => (await shop.rows(STILL_WAITING, [lost?.id])).length === 0);
    expect(await shop.rows('SELECT status FROM charge_attempts WHERE uuid = $1', [uuid])).toEqual([
      { status: 'refunded' },
    ]);
    const returned = sandbox.ledger().filter(({ type, customer: of }) => type === 'refund' && of === lost?.customer);
    expect(returned.map(({ amount }) => Math.abs(amount))).toEqual([1_900]);
    expect(await customer.products()).toEqual(['ebook']);
  });
});

describe('what changes between the look and the yes', () => {
  it('is never charged: another price', async () => {
    const customer = await withCard();
    await customer.moment('onboarding_done', 'done');
    const { terms } = await customer.eligibility();
    await shop.offer('storage', { amount: 99_900 });
    expect(await customer.accept({ terms })).toMatchObject({ status: 409, body: { code: 'upsell_offer_changed' } });
    await shop.offer('storage', { amount: 2_500 });
    expect(await customer.accept({ terms })).toMatchObject({ status: 200 });
    expect(customer.charges()).toEqual([2_500]);
  });

  it('is one story when a no and a yes meet', async () => {
    for (let round = 0; round < 5; round++) {
      const customer = await withCard();
      await customer.moment('onboarding_done', 'done');
      const { terms } = await customer.eligibility();
      const [yes, no] = await Promise.all([
        customer.accept({ terms }, { via: via(round) }),
        customer.face('POST', '/decline', { terms }, { via: via(round + 1) }),
      ]);
      await shop.world.settle();
      const { status } = (await customer.moment('onboarding_done', 'done')).body;
      expect([yes.status === 200, no.status === 200]).toEqual([status === 'taken', status === 'declined']);
      expect(customer.charges()).toEqual(status === 'taken' ? [2_500] : []);
    }
  });

  it('is nobody else’s: the terms of one customer are none of another’s', async () => {
    const customer = await withCard();
    await customer.moment('onboarding_done', 'done');
    const { terms } = await customer.eligibility();
    const stranger = await withCard();
    await stranger.moment('onboarding_done', 'done');
    expect(await stranger.accept({ terms })).toMatchObject({ status: 409, body: { code: 'upsell_offer_changed' } });
    expect(stranger.charges()).toEqual([]);
  });
});

describe('a charge that nobody answers', () => {
  it.each([
    ['was carried out', [{ kind: 'loseResponse', ...PAYMENTS, times: 1 }] as const, [1_900]],
    ['was not', [] as const, []],
  ])('opens no other way, and ends: it %s', async (_how, first, charged) => {
    const customer = await withCard();
    const { faults } = shop.world.sandbox;
    for (const fault of first) faults.api(fault);
    faults.api({ kind: 'dropRequest', ...PAYMENTS, times: -1 });
    faults.delivery({ kind: 'drop', types: ['*'], times: -1 });
    const started = await customer.cross('ebook');
    expect(started).toMatchObject({ status: 202, body: { status: 'processing', checkout_url: null } });
    const other = await customer.cross('ebook', { use_checkout: true });
    expect(other).toMatchObject({ status: 202, body: started.body });
    const cancel = await customer.call('POST', `/api/v1/general/cross-sell/${started.body.id}/cancel`);
    expect(cancel).toMatchObject({ status: 409, body: { code: 'upsell_payment_pending' } });
    faults.clear();
    faults.delivery({ kind: 'drop', types: ['*'], times: -1 });
    const { uuid } = await newestAttempt();
    await shop.rows('UPDATE charge_attempts SET sent_at = $2 WHERE uuid = $1', [uuid, shop.world.sandbox.now()]);
    await run('charging.resolve', { uuid });
    await shop.rows(`UPDATE charge_attempts SET absent_at = absent_at - interval '301 seconds' WHERE uuid = $1`, [
      uuid,
    ]);
    await run('charging.resolve', { uuid });
    faults.clear();
    const end = await customer.crossSell(started.body.id);
    expect(end.body.status).toBe(charged.length > 0 ? 'paid' : 'failed');
    expect(customer.charges()).toEqual(charged);
    await customer.cross('ebook');
    await shop.world.settle();
    expect(customer.charges()).toEqual([1_900]);
  });
});

describe('a process that dies between the claim and the call', () => {
  it('has charged nothing; nobody else can until it is known, and then it can be bought', async () => {
    const customer = await withCard();
    await shop.rows(`CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN RAISE EXCEPTION ''the process is gone''; END'`);
    await shop.rows(`CREATE TRIGGER die BEFORE UPDATE ON charge_attempts FOR EACH ROW
      WHEN (NEW.status = 'sent') EXECUTE FUNCTION die()`);
    expect((await customer.cross('ebook')).status).toBe(500);
    await shop.rows('DROP TRIGGER die ON charge_attempts');
    await shop.rows('DROP FUNCTION die');
    const waiting = await customer.cross('ebook');
    expect(waiting).toMatchObject({ status: 202, body: { status: 'processing' } });
    expect(customer.charges()).toEqual([]);
    const { uuid } = await newestAttempt();
    await shop.rows(`UPDATE charge_attempts SET created_at = created_at - interval '3 minutes' WHERE uuid = $1`, [
      uuid,
    ]);
    await run('charging.sweep', {});
    await run('charging.take-up', { uuid });
    expect(await newestAttempt()).toMatchObject({ uuid, status: 'failed' });
    expect((await customer.crossSell(waiting.body.id)).body.status).toBe('failed');
    expect(await customer.cross('ebook')).toMatchObject({ status: 200, body: { status: 'paid' } });
    expect(customer.charges()).toEqual([1_900]);
  });
});
