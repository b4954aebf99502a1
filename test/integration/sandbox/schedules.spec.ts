import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Stripe } from 'stripe';
import {
  createCatalogue,
  DAY,
  eventsOf,
  HOUR,
  priceOf,
  startWorld,
  submit,
  subscribe,
  type Catalogue,
  type World,
} from './support.js';

let world: World;
let catalogue: Catalogue;
beforeEach(async () => {
  world = await startWorld();
  catalogue = await createCatalogue(world.stripe);
});
afterEach(() => world.close());

const AT_BOUNDARY = [
  'customer.subscription.updated',
  'invoice.created',
  'subscription_schedule.updated',
  'subscription_schedule.released',
  'customer.subscription.updated',
  'subscription_schedule.updated',
];
const SCHEDULED = ['subscription_schedule.created', 'customer.subscription.updated', 'subscription_schedule.updated'];

const endOf = (subscription: Stripe.Subscription): Date =>
  new Date(subscription.items.data[0]!.current_period_end * 1000);

async function openPortal(customer: Stripe.Subscription['customer'], configuration?: string): Promise<string> {
  const session = await world.stripe.billingPortal.sessions.create({
    customer: String(customer),
    return_url: 'http://shop.example/account',
    ...(configuration ? { configuration } : {}),
  });
  await world.sandbox.idle();
  world.receiver.takeTypes();
  return session.url;
}

async function types(): Promise<string[]> {
  await world.sandbox.idle();
  return world.receiver.takeTypes();
}

describe('a downgrade in the portal', () => {
  test('is scheduled, switches at the boundary and is paid an hour later', async () => {
    const { stripe, sandbox, receiver } = world;
    const subscription = await subscribe(world, catalogue.pro);
    const portal = await openPortal(subscription.customer);
    expect(await (await fetch(portal)).text()).toContain('Choose Basic');
    const presses = await Promise.all(
      [1, 2].map(() => submit(`${portal}/plan`, { subscription: subscription.id, price: catalogue.basic.id })),
    );
    expect(presses.map(({ status }) => status)).toEqual([303, 303]);
    expect(await types()).toEqual(SCHEDULED);
    const [scheduled] = eventsOf(receiver, 'customer.subscription.updated');
    expect(scheduled!.data.previous_attributes).toEqual({ schedule: null });
    const shown = await (await fetch(portal)).text();
    expect(shown).toContain('Don&#39;t change plan'.replace('&#39;', "'"));
    expect(shown).not.toContain('Choose Basic');
    const refusal = await submit(`${portal}/plan`, { subscription: subscription.id, price: catalogue.free.id });
    expect(refusal.status).toBe(409);

    const waiting = await stripe.subscriptions.retrieve(subscription.id, { expand: ['schedule.phases.items.price'] });
    const schedule = waiting.schedule as Stripe.SubscriptionSchedule;
    expect(schedule.phases.map(({ items }) => (items[0]!.price as Stripe.Price).id)).toEqual([
      catalogue.pro.id,
      catalogue.basic.id,
    ]);
    expect(schedule).toMatchObject({ status: 'active', end_behavior: 'release' });

    await sandbox.advance({ to: endOf(subscription) });
    expect(receiver.takeTypes()).toEqual(AT_BOUNDARY);
    const [first, second] = eventsOf(receiver, 'customer.subscription.updated').slice(-2);
    expect(first!.data.object.items.data[0]!.price.id).toBe(catalogue.basic.id);
    expect(first!.data.previous_attributes!.items!.data[0]!.price.id).toBe(catalogue.pro.id);
    expect(second!.data.previous_attributes).toEqual({ schedule: schedule.id });
    expect(eventsOf(receiver, 'subscription_schedule.updated').at(-1)!.data.object.subscription).toBeNull();
    const released = await stripe.subscriptionSchedules.retrieve(schedule.id);
    expect(released).toMatchObject({ status: 'released', subscription: null, released_subscription: subscription.id });

    await sandbox.advance({ seconds: HOUR });
    expect(receiver.takeTypes()).toContain('invoice.paid');
    expect(sandbox.ledger().map(({ amount }) => amount)).toEqual([3000, 900]);
  });

  test('to the free plan sends a zero invoice.paid and charges nothing', async () => {
    const { sandbox, receiver } = world;
    const subscription = await subscribe(world, catalogue.pro);
    const portal = await openPortal(subscription.customer);
    await submit(`${portal}/plan`, { subscription: subscription.id, price: catalogue.free.id });
    await types();
    await sandbox.advance({ to: endOf(subscription) });
    receiver.takeTypes();
    await sandbox.advance({ seconds: HOUR });
    expect(receiver.takeTypes()).toEqual([
      'invoice.finalized',
      'invoice.updated',
      'invoice.paid',
      'invoice.payment_succeeded',
    ]);
    expect(sandbox.ledger()).toHaveLength(1);
  });

  test('can be undone, and then nothing changes at the boundary', async () => {
    const { stripe, sandbox, receiver } = world;
    const subscription = await subscribe(world, catalogue.pro);
    const portal = await openPortal(subscription.customer);
    await submit(`${portal}/plan`, { subscription: subscription.id, price: catalogue.basic.id });
    await types();
    await submit(`${portal}/undo`, { subscription: subscription.id });
    await submit(`${portal}/undo`, { subscription: subscription.id });
    expect(await types()).toEqual([
      'subscription_schedule.released',
      'customer.subscription.updated',
      'subscription_schedule.updated',
    ]);
    await sandbox.advance({ to: endOf(subscription) });
    expect(receiver.takeTypes()).toEqual(['customer.subscription.updated', 'invoice.created']);
    expect(priceOf(await stripe.subscriptions.retrieve(subscription.id))).toBe(catalogue.pro.id);
  });

  test('session addresses expire', async () => {
    const subscription = await subscribe(world, catalogue.pro);
    const unused = await openPortal(subscription.customer);
    await world.sandbox.advance({ seconds: 301 });
    expect((await fetch(unused)).status).toBe(410);
  });
});

describe('an upgrade in the portal happens at once', () => {
  test.each([
    ['none', ['customer.subscription.updated'], [900]],
    [
      'always_invoice',
      [
        'customer.subscription.updated',
        'invoice.created',
        'payment_intent.created',
        'invoice.finalized',
        'charge.succeeded',
        'payment_intent.succeeded',
        'invoice_payment.paid',
        'invoice.updated',
        'invoice.paid',
        'invoice.payment_succeeded',
      ],
      [900, 2100],
    ],
  ] as const)('with proration_behavior %s', async (behavior, expected, amounts) => {
    const { stripe, sandbox } = world;
    const configuration = await stripe.billingPortal.configurations.create({
      features: {
        subscription_update: {
          enabled: true,
          default_allowed_updates: ['price'],
          proration_behavior: behavior,
          products: [catalogue.basic, catalogue.pro].map(({ id, product }) => ({
            product: String(product),
            prices: [id],
          })),
          schedule_at_period_end: { conditions: [{ type: 'decreasing_item_amount' }] },
        },
      },
    });
    const subscription = await subscribe(world, catalogue.basic);
    const portal = await openPortal(subscription.customer, configuration.id);
    const form = { subscription: subscription.id, price: catalogue.pro.id };
    await Promise.all([submit(`${portal}/plan`, form), submit(`${portal}/plan`, form)]);
    expect(await types()).toEqual(expected);
    const updated = await stripe.subscriptions.retrieve(subscription.id);
    expect(priceOf(updated)).toBe(catalogue.pro.id);
    expect(updated.items.data[0]!.current_period_end).toBe(subscription.items.data[0]!.current_period_end);
    expect(sandbox.ledger().map(({ amount }) => amount)).toEqual(amounts);
  });
});

const create = async (subscription: Stripe.Subscription, target: Stripe.Price) => {
  const { stripe } = world;
  const schedule = await stripe.subscriptionSchedules.create({ from_subscription: subscription.id });
  return plan(schedule, subscription, target);
};
const plan = (schedule: Stripe.SubscriptionSchedule, subscription: Stripe.Subscription, target: Stripe.Price) => {
  const [current] = schedule.phases;
  return world.stripe.subscriptionSchedules.update(schedule.id, {
    end_behavior: 'release',
    metadata: { source: 'uplift' },
    phases: [
      {
        items: [{ price: priceOf(subscription), quantity: 1 }],
        start_date: current!.start_date,
        end_date: current!.end_date,
      },
      { items: [{ price: target.id, quantity: 1 }], start_date: current!.end_date, proration_behavior: 'none' },
    ],
  });
};

describe('a schedule of our own', () => {
  test('upgrades at the renewal, and can be replaced in place', async () => {
    const { stripe, sandbox, receiver } = world;
    const subscription = await subscribe(world, catalogue.basic);
    const schedule = await create(subscription, catalogue.pro);
    expect(await types()).toEqual(SCHEDULED);
    await plan(schedule, subscription, catalogue.proYearly);
    expect(await types()).toEqual(['subscription_schedule.updated']);
    const preview = await stripe.invoices.createPreview({ subscription: subscription.id });
    expect(preview.total).toBe(30_000);
    await sandbox.advance({ to: endOf(subscription) });
    expect(receiver.takeTypes()).toEqual(AT_BOUNDARY);
    const renewed = await stripe.subscriptions.retrieve(subscription.id);
    expect(priceOf(renewed)).toBe(catalogue.proYearly.id);
    expect(renewed.items.data[0]!.current_period_end - renewed.items.data[0]!.current_period_start).toBe(365 * DAY);
    await sandbox.advance({ seconds: HOUR });
    expect(sandbox.ledger().map(({ amount }) => amount)).toEqual([900, 30_000]);
  });

  test('is checked as Stripe checks it', async () => {
    const { stripe } = world;
    const subscription = await subscribe(world, catalogue.basic);
    const schedule = await stripe.subscriptionSchedules.create({ from_subscription: subscription.id });
    const [current] = schedule.phases;
    const item = [{ price: catalogue.basic.id }];
    const update = (phases: unknown) => stripe.subscriptionSchedules.update(schedule.id, { phases: phases as never });
    await expect(update([{ items: item, iterations: 1, start_date: current!.start_date }])).rejects.toMatchObject({
      code: 'parameter_unknown',
      param: 'phases[0][iterations]',
    });
    await expect(
      update([{ items: item, start_date: current!.start_date + 60, end_date: current!.end_date }]),
    ).rejects.toThrow('You can not modify the start date of the current phase.');
    await expect(update([{ items: item, end_date: current!.end_date }])).rejects.toThrow('missing at least one phase');
    await expect(stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true })).rejects.toThrow(
      `The subscription is managed by the subscription schedule \`${schedule.id}\``,
    );
    await expect(
      stripe.subscriptionSchedules.create({ from_subscription: subscription.id, metadata: { a: 'b' } }),
    ).rejects.toThrow('You cannot set `metadata` if `from_subscription` is set.');
  });

  test('without an end may also be released at the end of its last phase', async () => {
    await world.close();
    world = await startWorld({ stripe: { openPhaseReleases: 'at_its_end' } });
    catalogue = await createCatalogue(world.stripe);
    const subscription = await subscribe(world, catalogue.basic);
    await create(subscription, catalogue.pro);
    await world.sandbox.advance({ to: endOf(subscription) });
    const middle = await world.stripe.subscriptions.retrieve(subscription.id);
    expect([priceOf(middle), typeof middle.schedule]).toEqual([catalogue.pro.id, 'string']);
    await world.sandbox.advance({ to: endOf(middle) });
    expect((await world.stripe.subscriptions.retrieve(subscription.id)).schedule).toBeNull();
  });
});
