import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { UnitOfWork } from '../../../src/common/database/index.js';
import { ApplicationError } from '../../../src/common/errors/index.js';
import {
  PlanQuotes,
  type LivingSubscription,
  type PlanQuote,
  type PlanQuoteStatus,
} from '../../../src/subscription/index.js';
import { Customer } from '../../e2e/customer.js';
import { startWorld, type PlanCode, type World } from '../../e2e/world.js';
import { eventually } from '../../support/eventually.js';

let world: World;
let quotes: PlanQuotes;
let customers = 0;

beforeAll(async () => {
  world = await startWorld({ name: 'plan_quotes' });
  quotes = world.application.app.get(PlanQuotes);
});

afterEach(() => world.application.database.query(`UPDATE package_plans SET is_offered = true`));

afterAll(() => world.close());

interface Subscriber {
  readonly customer: Customer;
  readonly userId: string;
  readonly groupId: string;
  readonly living: LivingSubscription;
}

async function subscribe(plan: PlanCode): Promise<Subscriber> {
  const customer = await Customer.register(world, `customer-${++customers}`);
  await customer.subscribe(plan);
  const userId = await idOf('users', customer.id);
  const groupId = await idOf('groups', customer.groupId);
  const living = await quotes.findLiving(groupId);
  if (!living) throw new Error('not subscribed');
  return { customer, userId, groupId, living };
}

async function idOf(table: 'users' | 'groups', externalId: string): Promise<string> {
  const [row] = await world.application.database.query<{ id: string }>(
    `SELECT id FROM ${table} WHERE external_id = $1`,
    [externalId],
  );
  return row!.id;
}

async function planIdOf(plan: PlanCode): Promise<string> {
  const [row] = await world.application.database.query<{ id: string }>('SELECT id FROM package_plans WHERE uuid = $1', [
    world.plans[plan].uuid,
  ]);
  return row!.id;
}

const quote = async ({ living, userId }: Subscriber, plan: PlanCode): Promise<PlanQuote> =>
  quotes.quote({ subscriptionId: living.id, userId, targetPlanId: await planIdOf(plan), mode: 'prorated_immediately' });

/** The code of the refusal; undefined when there was none. */
const refusalOf = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof ApplicationError) return error.code;
      throw error;
    },
  );

const move = (id: string, to: PlanQuoteStatus): Promise<PlanQuote | undefined> =>
  world.application.app.get(UnitOfWork).run((tx) => quotes.move(tx, id, to));

const statusOf = async ({ uuid }: PlanQuote): Promise<string | undefined> => (await quotes.find(uuid))?.status;

describe('the living subscription of a group', () => {
  it('is told with what a switch needs', async () => {
    const { customer, userId, living } = await subscribe('basic');
    expect(living).toEqual({
      id: expect.any(String),
      provider: 'stripe',
      providerSubscriptionId: await customer.subscriptionId(),
      providerCustomerId: expect.stringMatching(/^cus_/),
      status: 'active',
      planId: await planIdOf('basic'),
      priceId: world.plans.basic.priceId,
      packageId: expect.any(String),
      userId,
      hasScheduledChange: false,
      isEnding: false,
    });
  });

  it('knows of a change that is scheduled, and of its end', async () => {
    const { customer, groupId } = await subscribe('basic');
    expect((await customer.schedule('pro')).status).toBe(202);
    await world.settle();
    expect(await quotes.findLiving(groupId)).toMatchObject({ hasScheduledChange: true, isEnding: false });
    await customer.undo();
    await world.stripe.subscriptions.update(await customer.subscriptionId(), { cancel_at_period_end: true });
    await world.settle();
    expect(await quotes.findLiving(groupId)).toMatchObject({ hasScheduledChange: false, isEnding: true });
    await world.stripe.subscriptions.cancel(await customer.subscriptionId());
    await world.settle();
    expect(await quotes.findLiving(groupId)).toBeUndefined();
  });

  it('is none where nobody subscribed', async () => {
    const customer = await Customer.register(world, 'onlooker');
    expect(await quotes.findLiving(await idOf('groups', customer.groupId))).toBeUndefined();
  });
});

describe('a quote', () => {
  it('says what the switch costs for a whole second, and by what it is paid', async () => {
    const subscriber = await subscribe('basic');
    await world.advance({ days: 15 });
    const made = await quote(subscriber, 'pro');
    const now = world.application.clock.now();
    const preview = await world.stripe.invoices.createPreview({
      subscription: subscriber.living.providerSubscriptionId,
      subscription_details: {
        items: [
          {
            id: (await world.stripe.subscriptions.retrieve(subscriber.living.providerSubscriptionId)).items.data[0]!.id,
            price: world.plans.pro.priceId,
          },
        ],
        proration_behavior: 'always_invoice',
        proration_date: made.prorationAt.getTime() / 1_000,
      },
    });
    expect(made).toEqual({
      id: expect.any(String),
      uuid: expect.any(String),
      subscriptionId: subscriber.living.id,
      userId: subscriber.living.userId,
      providerSubscriptionId: subscriber.living.providerSubscriptionId,
      targetPlanId: await planIdOf('pro'),
      targetPriceId: world.plans.pro.priceId,
      fromPriceId: world.plans.basic.priceId,
      prorationAt: new Date(Math.floor(now.getTime() / 1_000) * 1_000),
      mode: 'prorated_immediately',
      amountDue: preview.amount_due,
      credit: 0,
      nextBillingAt: new Date('2026-02-15T10:00:00.000Z'),
      replacedPlanId: null,
      currency: 'USD',
      method: { kind: 'card', brand: 'visa', last4: '4242' },
      status: 'open',
      expiresAt: new Date(made.prorationAt.getTime() + 15 * 60_000),
      createdAt: expect.any(Date),
      failureCode: null,
    });
    // Half of the month is left of a difference of 20 dollars.
    expect(made.amountDue).toBeGreaterThan(900);
    expect(made.amountDue).toBeLessThan(1_100);
    expect(await quotes.find(made.uuid)).toEqual(made);
    // Nothing has changed by asking.
    expect(await quotes.findLiving(subscriber.groupId)).toEqual(subscriber.living);
  });

  it('of a downgrade may cost nothing', async () => {
    expect(await quote(await subscribe('pro'), 'basic')).toMatchObject({ amountDue: 0, status: 'open' });
  });

  it('takes the place of the one before', async () => {
    const subscriber = await subscribe('basic');
    const first = await quote(subscriber, 'pro');
    const second = await quote(subscriber, 'enterprise');
    expect(await statusOf(first)).toBe('superseded');
    expect(await statusOf(second)).toBe('open');
    expect(await move(first.id, 'executing')).toBeUndefined();
  });

  it('is one alone when ten are asked for together', async () => {
    const subscriber = await subscribe('basic');
    const made = await Promise.all(Array.from({ length: 10 }, () => quote(subscriber, 'pro')));
    const statuses = await Promise.all(made.map(statusOf));
    expect(statuses.filter((status) => status === 'open')).toHaveLength(1);
    expect(statuses.filter((status) => status === 'superseded')).toHaveLength(9);
  });

  it('replaces a change that is scheduled', async () => {
    const subscriber = await subscribe('basic');
    await subscriber.customer.schedule('free');
    await world.settle();
    expect(await quote(subscriber, 'pro')).toMatchObject({ status: 'open' });
  });

  it('is refused for the plan that is there, one that is not offered, and one in another currency', async () => {
    const subscriber = await subscribe('basic');
    expect(await refusalOf(quote(subscriber, 'basic'))).toBe('plan_unchanged');
    await world.application.database.query('UPDATE package_plans SET is_offered = false WHERE uuid = $1', [
      world.plans.pro.uuid,
    ]);
    expect(await refusalOf(quote(subscriber, 'pro'))).toBe('plan_not_available');
    const [price] = await world.application.database.query<{ id: string }>(
      `UPDATE package_plan_prices SET currency = 'BRL' WHERE provider_price_id = $1 RETURNING id`,
      [world.plans.enterprise.priceId],
    );
    expect(await refusalOf(quote(subscriber, 'enterprise'))).toBe('plan_not_available');
    await world.application.database.query(`UPDATE package_plan_prices SET currency = 'USD' WHERE id = $1`, [
      price!.id,
    ]);
    const { living, userId } = subscriber;
    const unknown = {
      subscriptionId: living.id,
      userId,
      targetPlanId: '999999',
      mode: 'prorated_immediately' as const,
    };
    expect(await refusalOf(quotes.quote(unknown))).toBe('plan_not_found');
    expect(await refusalOf(quotes.quote({ ...unknown, subscriptionId: '999999' }))).toBe('subscription_not_found');
  });

  it('is refused for a subscription that ends, and for one that has ended', async () => {
    const subscriber = await subscribe('basic');
    await world.stripe.subscriptions.update(subscriber.living.providerSubscriptionId, { cancel_at_period_end: true });
    await world.settle();
    expect(await refusalOf(quote(subscriber, 'pro'))).toBe('subscription_canceling');
    await world.stripe.subscriptions.cancel(subscriber.living.providerSubscriptionId);
    await world.settle();
    expect(await refusalOf(quote(subscriber, 'pro'))).toBe('subscription_not_changeable');
  });

  it('is none when the provider refuses', async () => {
    const subscriber = await subscribe('basic');
    const { living } = subscriber;
    await world.application.database.query(
      `UPDATE subscriptions SET payment_provider_subscription_id = 'sub_lost' WHERE id = $1`,
      [living.id],
    );
    expect(await refusalOf(quote(subscriber, 'pro'))).toBe('provider_refused');
    await world.application.database.query(
      `UPDATE subscriptions SET payment_provider_subscription_id = $2 WHERE id = $1`,
      [living.id, living.providerSubscriptionId],
    );
    const rows = await world.application.database.query('SELECT FROM plan_quotes WHERE subscription_id = $1', [
      living.id,
    ]);
    expect(rows).toEqual([]);
  });
});

describe('executing a quote', () => {
  it('is done by one, once', async () => {
    const made = await quote(await subscribe('basic'), 'pro');
    const moved = await Promise.all(Array.from({ length: 10 }, () => move(made.id, 'executing')));
    const begun = moved.filter((each) => each !== undefined);
    expect(begun).toEqual([{ ...made, status: 'executing' }]);
    expect(await move(made.id, 'superseded')).toBeUndefined();
    expect(await move(made.id, 'applied')).toEqual({ ...made, status: 'applied' });
    expect(await move(made.id, 'failed')).toBeUndefined();
    expect(await statusOf(made)).toBe('applied');
  });

  it('lets no other quote of the subscription be made until it is over', async () => {
    const subscriber = await subscribe('basic');
    const made = await quote(subscriber, 'pro');
    await move(made.id, 'executing');
    expect(await refusalOf(quote(subscriber, 'enterprise'))).toBe('plan_change_in_progress');
    expect(await statusOf(made)).toBe('executing');
    await move(made.id, 'failed');
    expect(await quote(subscriber, 'enterprise')).toMatchObject({ status: 'open' });
  });

  it('is refused once its fifteen minutes are over, and the quote is closed', async () => {
    const subscriber = await subscribe('basic');
    const made = await quote(subscriber, 'pro');
    await world.advance({ seconds: 15 * 60 - 1 });
    expect(await statusOf(made)).toBe('open');
    await world.advance({ seconds: 1 });
    expect(await refusalOf(move(made.id, 'executing'))).toBe('plan_quote_expired');
    await world.application.database.query(`SELECT graphile_worker.add_job('subscription.expire-quotes')`);
    await eventually(async () => (await statusOf(made)) === 'expired');
    expect(await refusalOf(move(made.id, 'executing'))).toBe('plan_quote_expired');
  });

  it('counts one that nobody closed in time as expired, not as superseded', async () => {
    const subscriber = await subscribe('basic');
    const made = await quote(subscriber, 'pro');
    await world.advance({ seconds: 3_600 });
    await quote(subscriber, 'pro');
    expect(await statusOf(made)).toBe('expired');
  });

  it('of what does not exist is nothing', async () => {
    expect(await move('999999', 'executing')).toBeUndefined();
    expect(await quotes.find('5f1f4c1e-6a4b-4f8e-9d3c-000000000000')).toBeUndefined();
    expect(await quotes.find('not-a-uuid')).toBeUndefined();
  });
});
