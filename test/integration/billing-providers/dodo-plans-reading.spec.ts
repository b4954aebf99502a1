import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProviderFact } from '../../../src/billing-providers/index.js';
import { CARDS, startPlansWorld, type PlansWorld } from './dodo-plans-world.js';

let world: PlansWorld;
beforeEach(async () => {
  world = await startPlansWorld();
});
afterEach(() => world.close());

const fetchFacts = async (id: string, occurredAt = 0) =>
  (await world.provider.fetchSubscription(id, { occurredAt, covers: [] })).facts;
const typesOf = (facts: readonly ProviderFact[]) => facts.map(({ kind, change }) => `${kind}.${change}`);
const secondsOf = (time: string) => Math.floor(Date.parse(time) / 1_000);

describe('reading a subscription of Dodo', () => {
  it('takes one call for itself, its change to come, and its paid period', async () => {
    const subscription = await world.subscribe({ quantity: 3 });
    const id = subscription.subscription_id;
    const { scheduleId, effectiveAt, phases } = await world.provider.schedulePlanChange({
      subscriptionId: id,
      targetPriceId: world.products.pro,
      requestId: 'request-1',
    });
    world.recorder.take();
    const facts = await fetchFacts(id);
    expect(world.recorder.take().map(({ line }) => line)).toEqual([`GET /dodo/subscriptions/${id}`]);
    const [start, end] = [secondsOf(subscription.previous_billing_date), secondsOf(subscription.next_billing_date)];
    const { basic, pro } = world.products;
    expect(effectiveAt).toBe(end);
    expect(phases).toEqual([
      { startAt: start, endAt: end, priceId: basic, quantity: 3 },
      { startAt: end, endAt: null, priceId: pro, quantity: 3 },
    ]);
    const origin = {
      provider: 'dodo',
      subscriptionId: id,
      customerId: subscription.customer.customer_id,
      occurredAt: world.seconds(),
    };
    expect(facts).toMatchObject([
      { kind: 'schedule', change: 'observed', ...origin, scheduleId, scheduleStatus: 'active', phases },
      {
        kind: 'subscription',
        change: 'observed',
        ...origin,
        snapshot: {
          status: 'active',
          priceId: basic,
          quantity: 3,
          scheduleId,
          currentPeriodStart: start,
          currentPeriodEnd: end,
          groupId: 'team-7',
        },
      },
      { kind: 'invoice', change: 'paid', ...origin, invoiceId: `period:${start}:${basic}` },
    ]);
  });

  it('is ordered by when it began, also within one second of a clock that stands still', async () => {
    const { subscription_id: id } = await world.subscribe();
    const readings = [await fetchFacts(id), await fetchFacts(id), await fetchFacts(id)];
    const ids = readings.map(([fact]) => fact?.eventId ?? '');
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(readings.flat().map(({ eventId }) => eventId)).size).toBe(6);
    for (const eventId of ids) expect(eventId).toMatch(/^observed:\d{15}:[0-9a-f-]{36}:subscription$/);
  });

  it('stands in product time, which may be far ahead, and never before what was known', async () => {
    const { subscription_id: id } = await world.subscribe();
    await world.sandbox.advance({ days: 400 });
    const times = new Set((await fetchFacts(id)).map((fact) => fact.occurredAt));
    expect(times).toEqual(new Set([world.seconds()]));
    expect(world.seconds() * 1_000).toBeGreaterThan(Date.parse('2027-01-01T00:00:00Z'));
    const known = world.seconds() + 90;
    expect((await fetchFacts(id, known)).every((fact) => fact.occurredAt === known)).toBe(true);
  });

  it('tells a renewal as a new period that is paid', async () => {
    const subscription = await world.subscribe();
    await world.sandbox.advance({ to: new Date(subscription.next_billing_date) });
    const start = secondsOf((await world.read(subscription.subscription_id)).previous_billing_date);
    expect(start).toBe(secondsOf(subscription.next_billing_date));
    expect(await fetchFacts(subscription.subscription_id)).toMatchObject([
      { snapshot: { status: 'active', currentPeriodStart: start } },
      { change: 'paid', invoiceId: `period:${start}:${world.products.basic}` },
    ]);
  });

  it('tells a renewal that failed without taking back what was paid before', async () => {
    const subscription = await world.subscribe({ card: CARDS.declinedLater });
    const [start, end] = [secondsOf(subscription.previous_billing_date), secondsOf(subscription.next_billing_date)];
    await world.sandbox.advance({ to: new Date(subscription.next_billing_date) });
    await world.sandbox.advance({ days: 1 });
    expect(await fetchFacts(subscription.subscription_id)).toMatchObject([
      { snapshot: { status: 'past_due', accessSuspended: true, providerStatus: 'on_hold' } },
      { change: 'paid', lines: [{ periodStart: start }] },
      { change: 'payment_failed', lines: [{ periodStart: end }] },
    ]);
  });

  it('tells the end, at once and with the period', async () => {
    const now = await world.subscribe();
    await world.dodo.subscriptions.update(now.subscription_id, { status: 'cancelled' });
    expect(typesOf(await fetchFacts(now.subscription_id))).toEqual(['subscription.observed']);
    const later = await world.subscribe();
    await world.provider.cancelAtPeriodEnd({ subscriptionId: later.subscription_id, requestId: 'request-1' });
    const end = secondsOf(later.next_billing_date);
    expect((await fetchFacts(later.subscription_id))[0]).toMatchObject({ snapshot: { cancelAt: end } });
    await world.sandbox.advance({ to: new Date(later.next_billing_date) });
    expect(await fetchFacts(later.subscription_id)).toMatchObject([
      { snapshot: { status: 'canceled', cancelAt: null, endedAt: end } },
      { change: 'paid' },
    ]);
  });

  it('refuses what is not there, and says nothing sure where Dodo does not answer', async () => {
    await expect(fetchFacts('sub_of_nobody')).rejects.toMatchObject({
      outcome: 'refused',
      details: { providerCode: 'NOT_FOUND' },
    });
    const { subscription_id: id } = await world.subscribe();
    world.sandbox.faults.api({ kind: 'status', status: 500, method: 'GET', times: 2 });
    await expect(fetchFacts(id)).rejects.toMatchObject({ outcome: 'unknown' });
  });
});
