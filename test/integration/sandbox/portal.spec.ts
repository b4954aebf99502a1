import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createCatalogue,
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
beforeAll(async () => {
  world = await startWorld();
  catalogue = await createCatalogue(world.stripe);
});
afterAll(() => world.close());

const openPortal = async (customer: string): Promise<string> =>
  (await world.stripe.billingPortal.sessions.create({ customer, return_url: 'http://shop.example/account' })).url;

describe('the portal page', () => {
  test('cancels at the end of the period, renews, and ends the subscription at the boundary', async () => {
    const { stripe, sandbox, receiver } = world;
    const subscription = await subscribe(world, catalogue.pro);
    const form = { subscription: subscription.id };
    let portal = await openPortal(String(subscription.customer));
    for (const _ of [1, 2]) expect((await submit(`${portal}/cancel`, form)).status).toBe(303);
    const ending = await stripe.subscriptions.retrieve(subscription.id);
    expect([ending.cancel_at, ending.cancel_at_period_end]).toEqual([ending.items.data[0]!.current_period_end, false]);
    expect((await submit(`${portal}/plan`, { ...form, price: catalogue.basic.id })).status).toBe(409);
    await submit(`${portal}/renew`, form);
    expect((await stripe.subscriptions.retrieve(subscription.id)).cancel_at).toBeNull();
    await submit(`${portal}/cancel`, form);
    await sandbox.idle();
    receiver.takeTypes();
    await sandbox.advance({ to: new Date(ending.cancel_at! * 1000) });
    expect(receiver.takeTypes()).toEqual(['customer.subscription.deleted']);
    portal = await openPortal(String(subscription.customer));
    expect(await (await fetch(portal)).text()).toContain('You have no subscription.');
  });

  test('updates the card once, however often the button is pressed', async () => {
    const { stripe } = world;
    const subscription = await subscribe(world, catalogue.pro);
    const customer = String(subscription.customer);
    const portal = await openPortal(customer);
    const page = await (await fetch(portal)).text();
    const submission = /name="submission" value="(\w+)"/.exec(page)![1]!;
    const form = { card: '5555555555554444', submission };
    const presses = await Promise.all([submit(`${portal}/card`, form), submit(`${portal}/card`, form)]);
    expect(presses.map(({ status }) => status)).toEqual([303, 303]);
    expect((await stripe.customers.listPaymentMethods(customer)).data.map(({ card }) => card!.last4)).toEqual([
      '4444',
      '4242',
    ]);
    const declined = await submit(`${portal}/card`, { card: '4000000000000002' });
    expect([declined.status, (await declined.text()).includes('Your card was declined.')]).toEqual([409, true]);
    expect(declined.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  test('escapes what merchants and customers wrote', async () => {
    const { stripe } = world;
    const customer = await stripe.customers.create({ email: '"><script>alert(1)</script>@example.com' });
    expect(await (await fetch(await openPortal(customer.id))).text()).not.toContain('<script>');
  });
});

test('a direct change of items cuts the current phase of a schedule in two', async () => {
  const { stripe, sandbox, receiver } = world;
  const subscription = await subscribe(world, catalogue.basic);
  const schedule = await stripe.subscriptionSchedules.create({ from_subscription: subscription.id });
  const [current] = schedule.phases;
  await stripe.subscriptionSchedules.update(schedule.id, {
    phases: [
      { items: [{ price: catalogue.basic.id }], start_date: current!.start_date, end_date: current!.end_date },
      { items: [{ price: catalogue.free.id }] },
    ],
  });
  await sandbox.advance({ days: 5 });
  await stripe.subscriptions.update(subscription.id, {
    items: [{ id: subscription.items.data[0]!.id, price: catalogue.pro.id }],
  });
  const split = await stripe.subscriptionSchedules.retrieve(schedule.id);
  const now = Math.floor(sandbox.now().getTime() / 1000);
  expect(split.phases.map(({ items, start_date: start }) => [items[0]!.price, start])).toEqual([
    [catalogue.basic.id, current!.start_date],
    [catalogue.pro.id, now],
    [catalogue.free.id, current!.end_date],
  ]);
  expect(split.current_phase!.start_date).toBe(now);
  await sandbox.advance({ to: new Date((current!.end_date + HOUR) * 1000) });
  const switched = await stripe.subscriptions.retrieve(subscription.id);
  expect([priceOf(switched), switched.schedule]).toEqual([catalogue.free.id, null]);
  const invoice = eventsOf(receiver, 'invoice.paid').at(-1)!.data.object;
  expect(invoice.lines.data.map(({ amount }) => Math.sign(amount))).toEqual([-1, 1, 0]);
});
