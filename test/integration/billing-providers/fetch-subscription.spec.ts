import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProviderFact, SubscriptionFact } from '../../../src/billing-providers/index.js';
import { createCustomer, HOUR, periodEndOf, STAMP, startWorld, type World } from './support.js';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const fetchFacts = async (id: string, stamp = STAMP as { occurredAt: number; covers: readonly string[] }) =>
  (await world.provider.fetchSubscription(id, stamp)).facts;
const typesOf = (facts: readonly ProviderFact[]) => facts.map(({ kind, change }) => `${kind}.${change}`);
const advanceTo = (seconds: number) => world.sandbox.advance({ to: new Date(seconds * 1_000) });

describe('reading a subscription', () => {
  it('takes one call for its snapshot, its schedule and its latest invoice', async () => {
    const subscription = await world.subscribe({ metadata: { group_id: 'team-7' } } as never);
    const { basic, pro } = world.prices;
    const { scheduleId, phases } = await world.provider.schedulePlanChange({
      subscriptionId: subscription.id,
      targetPriceId: basic,
      requestId: 'request-1',
    });
    world.recorder.take();

    const facts = await fetchFacts(subscription.id);

    expect(world.recorder.take()).toHaveLength(1);
    const end = periodEndOf(subscription);
    const start = subscription.items.data[0]?.current_period_start as number;
    const ids = { provider: 'stripe', subscriptionId: subscription.id, customerId: subscription.customer };
    const eventId = expect.stringMatching(/^fetch:\d{13}:[0-9a-f-]{36}:/);
    expect(facts).toEqual([
      {
        kind: 'subscription',
        ...ids,
        eventId,
        occurredAt: STAMP.occurredAt,
        covers: ['evt_known'],
        change: 'fetched',
        previous: {},
        snapshot: {
          status: 'active',
          providerStatus: 'active',
          accessSuspended: false,
          priceId: pro,
          quantity: 1,
          currentPeriodStart: start,
          currentPeriodEnd: end,
          scheduleId,
          latestInvoiceId: expect.stringMatching(/^in_/),
          cancelAt: null,
          canceledAt: null,
          endedAt: null,
          createdAt: subscription.created,
          itemId: subscription.items.data[0]?.id,
          pendingUpdate: null,
          groupId: 'team-7',
        },
      },
      {
        kind: 'schedule',
        ...ids,
        eventId,
        occurredAt: STAMP.occurredAt,
        covers: ['evt_known'],
        change: 'fetched',
        scheduleId,
        scheduleStatus: 'active',
        currentPhase: { startAt: start, endAt: end },
        phases,
      },
      {
        kind: 'invoice',
        ...ids,
        eventId,
        occurredAt: expect.any(Number),
        change: 'paid',
        invoiceId: expect.stringMatching(/^in_/),
        total: 3_000,
        currency: 'usd',
        attemptCount: 1,
        nextAttemptAt: null,
        lines: [{ priceId: pro, periodStart: start, periodEnd: end, proration: false }],
      },
    ]);
  });

  it('gives every fact an id of its own, another one each time', async () => {
    const { id } = await world.subscribe();
    const facts = [...(await fetchFacts(id)), ...(await fetchFacts(id))];
    expect(new Set(facts.map(({ eventId }) => eventId)).size).toBe(4);
  });

  it('places the invoice when it was paid, but never after the reading', async () => {
    const { id } = await world.subscribe();
    const paidAt = Math.floor(world.sandbox.now().getTime() / 1_000);
    const invoiceTime = async (occurredAt: number) =>
      (await fetchFacts(id, { occurredAt, covers: [] })).find(({ kind }) => kind === 'invoice')?.occurredAt;
    expect(await invoiceTime(paidAt + HOUR)).toBe(paidAt);
    expect(await invoiceTime(paidAt - HOUR)).toBe(paidAt - HOUR);
  });

  it('says nothing of an invoice that nobody has tried to collect yet', async () => {
    const subscription = await world.subscribe();
    await advanceTo(periodEndOf(subscription));
    expect(typesOf(await fetchFacts(subscription.id))).toEqual(['subscription.fetched']);
  });

  it('tells of a failed payment, and of the one that made up for it', async () => {
    const subscription = await world.subscribe();
    const customer = subscription.customer as string;
    const broken = await createCustomer(world.stripe, 'pm_card_chargeCustomerFail').catch(() => undefined);
    expect(broken).toBeDefined();
    const method = await world.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
    await world.stripe.customers.update(customer, { invoice_settings: { default_payment_method: method.id } });
    await advanceTo(periodEndOf(subscription) + HOUR);

    const failed = await fetchFacts(subscription.id);
    expect(typesOf(failed)).toEqual(['subscription.fetched', 'invoice.payment_failed']);
    expect(failed[0]).toMatchObject({ snapshot: { status: 'past_due' } });
    expect(failed[1]).toMatchObject({ attemptCount: 1, nextAttemptAt: expect.any(Number) });

    const good = await world.stripe.paymentMethods.attach('pm_card_visa', { customer });
    await world.stripe.customers.update(customer, { invoice_settings: { default_payment_method: good.id } });
    await world.sandbox.advance({ days: 4 });
    expect(typesOf(await fetchFacts(subscription.id))).toEqual(['subscription.fetched', 'invoice.paid']);
  });

  it('tells the end of a subscription that was canceled', async () => {
    const subscription = await world.subscribe();
    await world.stripe.subscriptions.cancel(subscription.id);
    const [fact] = await fetchFacts(subscription.id);
    expect(fact).toMatchObject({ kind: 'subscription', change: 'deleted', snapshot: { status: 'canceled' } });
    expect((fact as SubscriptionFact).snapshot.endedAt).not.toBeNull();
  });

  it('refuses what is not there, and what has not one item', async () => {
    const { pro, basic } = world.prices;
    const several = await world.subscribe({ items: [{ price: pro }, { price: basic }] } as never);
    await expect(fetchFacts('sub_of_nobody')).rejects.toMatchObject({
      outcome: 'refused',
      details: { providerCode: 'resource_missing' },
    });
    await expect(fetchFacts(several.id)).rejects.toMatchObject({
      name: 'ProviderError',
      outcome: 'refused',
      message: expect.stringContaining('2 items'),
      details: { providerCode: 'unsupported_subscription' },
    });
  });
});
