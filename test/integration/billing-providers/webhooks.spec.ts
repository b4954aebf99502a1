import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProviderEvent, ProviderFact, SubscriptionFact } from '../../../src/billing-providers/index.js';
import { HOUR, periodEndOf, STAMP, startWorld, type Delivered, type World } from './support.js';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

/** What arrived since the last time, verified and normalised as the inbox does it. */
async function takeEvents(): Promise<ProviderEvent[]> {
  await world.sandbox.idle();
  return world.delivered.splice(0).map(({ body, headers }) => {
    const verified = world.provider.verifyWebhook(body, headers);
    const event = world.provider.normalise(body);
    expect(verified).toEqual({
      eventId: event.eventId,
      eventType: event.eventType,
      occurredAt: event.occurredAt,
      livemode: false,
    });
    return event;
  });
}

async function takeFacts(): Promise<ProviderFact[]> {
  const events = await takeEvents();
  return events.flatMap((event) => (event.kind === 'fact' ? [event.fact] : []));
}

const advanceTo = (seconds: number) => world.sandbox.advance({ to: new Date(seconds * 1_000) });
const typesOf = (facts: readonly ProviderFact[]) => facts.map(({ kind, change }) => `${kind}.${change}`);
const latestSnapshot = (facts: readonly ProviderFact[]) =>
  facts.findLast((fact): fact is SubscriptionFact => fact.kind === 'subscription')?.snapshot;

const phasesOf = (facts: readonly ProviderFact[]) => facts.findLast((fact) => fact.kind === 'schedule')?.phases;
const linesOf = (facts: readonly ProviderFact[]) => facts.findLast((fact) => fact.kind === 'invoice')?.lines;

describe('webhooks as they come over the wire', () => {
  it('tell the whole life of a scheduled change', async () => {
    const { pro, basic } = world.prices;
    const subscription = await world.subscribe();
    const end = periodEndOf(subscription);
    const born = await takeFacts();
    expect(typesOf(born)).toEqual(['subscription.created', 'invoice.paid']);

    const command = { subscriptionId: subscription.id, targetPriceId: basic, requestId: 'request-1' };
    const { scheduleId } = await world.provider.schedulePlanChange(command);
    const scheduled = await takeFacts();
    expect(typesOf(scheduled)).toEqual(['schedule.created', 'subscription.updated', 'schedule.updated']);
    expect(scheduled[1]).toMatchObject({ previous: { scheduleId: null }, snapshot: { scheduleId, priceId: pro } });
    expect(scheduled[2]).toMatchObject({
      scheduleId,
      phases: [{ priceId: pro }, { priceId: basic, startAt: end }],
      previousPhases: [{ priceId: pro }],
    });

    await advanceTo(end);
    const switched = await takeFacts();
    expect(typesOf(switched).toSorted()).toEqual([
      'schedule.released',
      'schedule.updated',
      'schedule.updated',
      'subscription.updated',
      'subscription.updated',
    ]);
    const updates = switched.filter((fact): fact is SubscriptionFact => fact.kind === 'subscription');
    expect(updates[0]).toMatchObject({
      previous: { priceId: pro, currentPeriodEnd: end },
      snapshot: { priceId: basic, currentPeriodStart: end, scheduleId },
    });
    expect(updates[1]).toMatchObject({ previous: { scheduleId }, snapshot: { scheduleId: null } });

    await world.sandbox.advance({ seconds: HOUR });
    const [paid, ...others] = await takeFacts();
    expect(others).toEqual([]);
    expect(paid).toMatchObject({
      kind: 'invoice',
      change: 'paid',
      total: 900,
      lines: [{ priceId: basic, periodStart: end, proration: false }],
    });
  });

  it('tell the same as a reading does', async () => {
    const subscription = await world.subscribe({ metadata: { group_id: 'team-7' } } as never);
    await world.provider.schedulePlanChange({
      subscriptionId: subscription.id,
      targetPriceId: world.prices.ultra,
      requestId: 'request-1',
    });
    const told = await takeFacts();
    const { facts: read } = await world.provider.fetchSubscription(subscription.id, STAMP);
    expect(latestSnapshot(told)).toEqual(latestSnapshot(read));
    expect(phasesOf(told)).toEqual(phasesOf(read));
    expect(linesOf(told)).toEqual(linesOf(read));
  });

  it('tell the end, and when it will be', async () => {
    const subscription = await world.subscribe();
    await takeFacts();
    const command = { subscriptionId: subscription.id, requestId: 'request-1' };
    await world.provider.cancelAtPeriodEnd(command);
    await world.provider.resume({ ...command, requestId: 'request-2' });
    const end = periodEndOf(subscription);
    const [set, takenBack] = (await takeFacts()) as SubscriptionFact[];
    expect(set).toMatchObject({ snapshot: { cancelAt: end }, previous: { cancelAt: null } });
    expect(takenBack).toMatchObject({ snapshot: { cancelAt: null }, previous: { cancelAt: end } });

    await world.stripe.subscriptions.cancel(subscription.id);
    const [deleted] = (await takeFacts()) as SubscriptionFact[];
    expect(deleted).toMatchObject({ change: 'deleted', snapshot: { status: 'canceled' } });
    expect(deleted?.snapshot.endedAt).toEqual(expect.any(Number));
  });

  it('are not believed when they were changed on the way, or are not ours', async () => {
    await world.subscribe();
    await world.sandbox.idle();
    const [{ body, headers }] = world.delivered as [Delivered];
    const changed = Buffer.from(body.toString().replace('"livemode": false', '"livemode": true'));
    expect(changed.equals(body)).toBe(false);
    expect(world.provider.verifyWebhook(body, headers)).toBeDefined();
    expect(world.provider.verifyWebhook(changed, headers)).toBeUndefined();
    expect(world.provider.verifyWebhook(body, { ...headers, 'stripe-signature': undefined })).toBeUndefined();
    expect(world.provider.verifyWebhook(body, {})).toBeUndefined();
  });
});
