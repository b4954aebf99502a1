import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MatrixCustomer } from '../../e2e/matrix-customer.js';
import { CARDS, MatrixWorld, PROVIDERS, type ProviderId } from '../../e2e/matrix-world.js';
import { eventually } from '../../support/eventually.js';
import { Darkness } from './darkness.js';
import { Dashboard } from './dashboard.js';
import { reconcile } from './reconciling.js';

const FUNNEL = [{ kind: 'one_click', offers: ['course'], next_on_accept: null, next_on_decline: null }];
/** What reconciliation must leave alone while it only looks. */
const TABLES = [
  'charge_attempt_moves',
  'charge_attempts',
  'cross_sells',
  'entitlements',
  'merchant_webhook_deliveries',
  'plan_change_requests',
  'sale_items',
  'sales',
  'subscription_facts',
  'subscription_histories',
  'subscription_streams',
  'subscriptions',
] as const;

/** The same at both providers, but that Dodo moves no period of a renewal that was not paid. */
const differencesOf = (provider: ProviderId, status: 'found' | 'applied'): Record<string, number> => ({
  [`charge_outcome adopt ${status}`]: 1,
  [`dispute_unknown adopt ${status}`]: 1,
  [`pending_change adopt ${status}`]: 1,
  [`refund_unknown adopt ${status}`]: 1,
  [`sale_unknown adopt ${status}`]: 1,
  [`subscription_period adopt ${status}`]: provider === 'stripe' ? 5 : 4,
  [`subscription_plan adopt ${status}`]: 2,
  [`subscription_status adopt ${status}`]: 3,
  [`subscription_unknown adopt ${status}`]: 1,
});

describe.each(PROVIDERS)('four days without any event of %s', (provider) => {
  let world: MatrixWorld;
  let darkness: Darkness;
  let dashboard: Dashboard;
  const people = {} as Record<
    'renewing' | 'scheduling' | 'undoing' | 'switching' | 'leaving' | 'ended' | 'unpaid' | 'refunded' | 'disputed',
    MatrixCustomer
  >;
  let newcomer: MatrixCustomer;
  let buyer: MatrixCustomer;
  let inFlight: MatrixCustomer;
  let pageBuyer: MatrixCustomer;
  const payments: Record<string, string> = {};

  beforeAll(async () => {
    world = await MatrixWorld.start(provider, 'dark_days');
    dashboard = new Dashboard(world);
    await world.shop.funnel('kit', FUNNEL);
    await live();
    darkness = await Darkness.begin(world);
    await liveInTheDark();
  }, 120_000);
  afterAll(async () => {
    await world?.close();
    await darkness?.close();
  });

  /** Everything that is paid and known before it gets dark. */
  async function live(): Promise<void> {
    for (const name of ['renewing', 'scheduling', 'undoing', 'switching', 'leaving', 'ended', 'unpaid'] as const) {
      people[name] = await world.customer();
      await people[name].subscribe('basic');
    }
    await people.unpaid.enterCard(CARDS.declinesLater);
    for (const name of ['refunded', 'disputed'] as const) {
      people[name] = await world.customer();
      payments[name] = await people[name].buy('kit');
    }
    buyer = await world.customer();
    newcomer = await world.customer();
    inFlight = await world.customer();
    pageBuyer = await world.customer();
    await world.advance({ days: 28 }); // the renewals come within the four days
    await people.undoing.schedule('pro');
    await world.settle();
  }
  async function liveInTheDark(): Promise<void> {
    await dashboard.schedule(await people.scheduling.subscriptionId(), world.prices.pro);
    await people.undoing.inPortal((portal) => portal.keepPlan());
    await dashboard.switchNow(await people.switching.subscriptionId(), world.prices.pro);
    await people.leaving.inPortal((portal) => portal.cancel());
    await dashboard.endNow(await people.ended.subscriptionId());
    await dashboard.refund(payments.refunded ?? '');
    await dashboard.dispute(payments.disputed ?? '');
    await buyer.buy('course');
    await newcomer.subscribe('starter');
    const visit = await inFlight.arrive('kit');
    world.loseAnswer(world.side.calls.oneClick);
    await visit.accept();
    world.sandbox.faults.clear();
    const page = await pageBuyer.crossSell('poster');
    await pageBuyer.pay(page.body.checkout_url);
    await finishElsewhere();
    await world.advance({ days: 4 });
  }

  /** What charging does by itself, without events: an answer that was lost is looked for. The page's end is not waited for here. */
  async function finishElsewhere(): Promise<void> {
    await world.shop.rows(`UPDATE charge_attempts SET expires_at = '2100-01-01' WHERE status = 'pending'`);
    await world.resolveUnknown();
    const left = `SELECT status FROM charge_attempts WHERE status IN ('sent', 'unknown')`;
    await eventually(async () => (await world.shop.rows(left)).length === 0, { within: 20_000 });
  }

  async function snapshot(): Promise<Record<string, unknown>> {
    const rows: Record<string, unknown> = {};
    for (const name of TABLES) rows[name] = await world.shop.rows(`SELECT t::text AS row FROM ${name} t ORDER BY 1`);
    return rows;
  }

  /** What we and the provider say of each subscription that lives. */
  async function expectProvidersTruth(): Promise<void> {
    const living = await world.shop.rows<{ id: string; priceId: string; deadlineAt: Date }>(
      `SELECT payment_provider_subscription_id AS id, payment_provider_price_id AS "priceId", deadline_at AS "deadlineAt"
         FROM subscriptions WHERE status <> 'canceled' ORDER BY id`,
    );
    expect(living.length).toBeGreaterThan(4);
    for (const { id, priceId, deadlineAt } of living) {
      const truth = await world.side.readSubscription(id);
      expect({ id, priceId, renewsAt: deadlineAt }).toEqual({ id, ...truth });
    }
  }

  it('is told by a dry run, with counts, and changes nothing', async () => {
    const before = await snapshot();
    const { run, found } = await reconcile(world);
    expect(found).toEqual(differencesOf(provider, 'found'));
    expect(run).toMatchObject({ dry_run: true, status: 'completed', error: null });
    expect(await snapshot()).toEqual(before);
  });

  it('is healed: our rows are the provider’s truth, and a second run finds nothing', async () => {
    const { found } = await reconcile(world, { dry_run: false });
    expect(found).toEqual(differencesOf(provider, 'applied'));
    await expectProvidersTruth();
    const again = await reconcile(world, { dry_run: false });
    expect(again.found).toEqual({});
  });

  it('gives everybody what they paid for, and nothing else', async () => {
    expect(await people.scheduling.subscription()).toMatchObject({ status: 'active', plan: { code: 'pro' } });
    expect(await people.undoing.subscription()).toMatchObject({ plan: { code: 'basic' }, scheduled_plan: null });
    expect(await people.switching.subscription()).toMatchObject({ status: 'active', plan: { code: 'pro' } });
    expect(await people.renewing.subscription()).toMatchObject({ status: 'active', plan: { code: 'basic' } });
    expect(await people.unpaid.subscription()).toMatchObject({ status: 'past_due' });
    expect(await newcomer.entitledPlan()).toBe('starter');
    expect(await people.ended.entitledPlan()).toBeUndefined();
    expect(await people.refunded.products()).toEqual(['kit revoked']);
    expect(await people.disputed.products()).toEqual(['kit suspended']);
    expect(await buyer.products()).toEqual(['course granted']);
    expect(await pageBuyer.products()).toEqual(['poster granted']);
    expect(await inFlight.products()).toEqual(['course granted', 'kit granted']);
  });

  it('is not undone by the events that come late, newest first', async () => {
    const before = await standing();
    expect(await darkness.end(world)).toBeGreaterThan(20);
    expect(await standing()).toEqual(before);
    expect((await reconcile(world)).found).toEqual({});
  });

  const standing = async () => ({
    subscriptions: await world.shop.rows(
      `SELECT payment_provider_subscription_id, status, package_plan_id, scheduled_plan_id, deadline_at, cancel_at
         FROM subscriptions ORDER BY id`,
    ),
    items: await world.shop.rows(
      'SELECT provider_payment_id, status, amount, refunded_amount FROM sale_items ORDER BY id',
    ),
    sales: await world.shop.rows('SELECT provider_payment_id, amount FROM sales ORDER BY id'),
    access: await world.shop.rows('SELECT user_id, product_id, status FROM entitlements ORDER BY id'),
  });
});
