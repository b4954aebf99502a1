import { describe, expect, it } from 'vitest';
import {
  bytesOf,
  CREATED,
  event,
  item,
  list,
  NEXT_PERIOD_END,
  PERIOD_END,
  PERIOD_START,
  subscription,
  type Json,
} from '../../../../test/support/stripe-payloads.js';
import type { ProviderFact, SubscriptionFact } from '../../domain/facts.js';
import { UnreadablePayloadError } from '../../domain/provider-event.js';
import { normaliseEvent } from './event.js';

const UPDATED = 'customer.subscription.updated';

const normalise = (object: unknown, previous?: Json, type = UPDATED) =>
  normaliseEvent(bytesOf(event(type, object, {}, previous)));

function factOf(object: unknown, previous?: Json, type = UPDATED): SubscriptionFact {
  const normalised = normalise(object, previous, type);
  const fact: ProviderFact | undefined = normalised.kind === 'fact' ? normalised.fact : undefined;
  if (fact?.kind !== 'subscription') throw new Error(`not a subscription fact: ${JSON.stringify(normalised)}`);
  return fact;
}

const snapshotOf = (more: Json) => factOf(subscription(more)).snapshot;
const previousOf = (previous: Json, now: Json = {}) => factOf(subscription(now), previous).previous;

describe('a subscription payload', () => {
  it('becomes a fact with every field that rules look at', () => {
    const payload = subscription({ schedule: 'sub_sched_1', metadata: { group_id: 'team-7', other: 'x' } });
    expect(normalise(payload, { schedule: null })).toEqual({
      kind: 'fact',
      provider: 'stripe',
      eventId: 'evt_1',
      eventType: UPDATED,
      occurredAt: CREATED,
      fact: {
        kind: 'subscription',
        provider: 'stripe',
        eventId: 'evt_1',
        occurredAt: CREATED,
        subscriptionId: 'sub_1',
        customerId: 'cus_1',
        change: 'updated',
        previous: { scheduleId: null },
        snapshot: {
          status: 'active',
          providerStatus: 'active',
          accessSuspended: false,
          priceId: 'price_pro',
          quantity: 1,
          currentPeriodStart: PERIOD_START,
          currentPeriodEnd: PERIOD_END,
          scheduleId: 'sub_sched_1',
          latestInvoiceId: 'in_1',
          cancelAt: null,
          canceledAt: null,
          endedAt: null,
          createdAt: PERIOD_START,
          itemId: 'si_1',
          pendingUpdate: null,
          groupId: 'team-7',
        },
      },
    });
  });

  it.each([
    ['customer.subscription.created', 'created'],
    ['customer.subscription.updated', 'updated'],
    ['customer.subscription.paused', 'updated'],
    ['customer.subscription.resumed', 'updated'],
    ['customer.subscription.deleted', 'deleted'],
    ['customer.subscription.pending_update_applied', 'pending_update_applied'],
    ['customer.subscription.pending_update_expired', 'pending_update_expired'],
  ])('of %s is the change %s', (type, change) => {
    expect(factOf(subscription(), undefined, type).change).toBe(change);
  });

  it.each([
    ['incomplete', 'incomplete', false],
    ['trialing', 'active', false],
    ['active', 'active', false],
    ['past_due', 'past_due', false],
    ['unpaid', 'past_due', true],
    ['paused', 'past_due', true],
    ['canceled', 'canceled', false],
    ['incomplete_expired', 'canceled', false],
  ])('with status %s is %s (suspended: %s)', (providerStatus, status, accessSuspended) => {
    expect(snapshotOf({ status: providerStatus })).toMatchObject({ status, providerStatus, accessSuspended });
  });

  it.each([
    ['cancel_at', { cancel_at: NEXT_PERIOD_END }, NEXT_PERIOD_END],
    ['cancel_at_period_end', { cancel_at_period_end: true }, PERIOD_END],
    ['both', { cancel_at: PERIOD_END, cancel_at_period_end: true }, PERIOD_END],
    ['neither', {}, null],
  ])('that ends by %s says when', (_name, more, cancelAt) => {
    expect(snapshotOf(more).cancelAt).toBe(cancelAt);
  });

  it('reads ids of expanded objects too', () => {
    const more = {
      customer: { id: 'cus_9', object: 'customer', deleted: true },
      schedule: { id: 'sub_sched_9' },
      latest_invoice: { id: 'in_9' },
      items: list(item({ price: 'price_plain', quantity: undefined })),
    };
    const fact = factOf(subscription(more));
    expect(fact.customerId).toBe('cus_9');
    expect(fact.snapshot).toMatchObject({ scheduleId: 'sub_sched_9', latestInvoiceId: 'in_9' });
    expect(fact.snapshot).toMatchObject({ priceId: 'price_plain', quantity: 1 });
  });

  it.each([
    ['of the same item', [item({ id: 'si_2', price: 'price_x' }), item({ price: 'price_ultra' })], 'price_ultra'],
    ['of the only item', [item({ id: 'si_new', price: 'price_ultra' })], 'price_ultra'],
  ])('with a change that waits for payment names the price %s', (_name, items, priceId) => {
    const pending = { expires_at: PERIOD_END, subscription_items: items };
    expect(snapshotOf({ pending_update: pending }).pendingUpdate).toEqual({ priceId, expiresAt: PERIOD_END });
  });

  it.each([null, [], undefined])('with a pending update of something else (%p) has none', (items) => {
    const pending = { expires_at: PERIOD_END, subscription_items: items, trial_end: PERIOD_END };
    expect(snapshotOf({ pending_update: pending }).pendingUpdate).toBeNull();
  });

  it.each([[''], [7], [null], [{}]])('takes the group id %p as none', (groupId) => {
    expect(snapshotOf({ metadata: { group_id: groupId } }).groupId).toBeNull();
  });
});

describe('previous_attributes', () => {
  it('of a renewal tell the item as it was', () => {
    const before = item({ price: { id: 'price_old' }, quantity: 3, current_period_start: 1, current_period_end: 2 });
    expect(previousOf({ items: list(before), latest_invoice: 'in_0' })).toEqual({
      itemId: 'si_1',
      priceId: 'price_old',
      quantity: 3,
      currentPeriodStart: 1,
      currentPeriodEnd: 2,
      latestInvoiceId: 'in_0',
    });
  });

  it('tell only what changed, null included', () => {
    expect(previousOf({})).toEqual({});
    expect(previousOf({ default_payment_method: 'pm_1', metadata: { other: 'x' } })).toEqual({});
    expect(previousOf({ schedule: null })).toEqual({ scheduleId: null });
    expect(previousOf({ status: 'unpaid' })).toEqual({
      status: 'past_due',
      providerStatus: 'unpaid',
      accessSuspended: true,
    });
    expect(previousOf({ canceled_at: null, ended_at: 5 })).toEqual({ canceledAt: null, endedAt: 5 });
    expect(previousOf({ metadata: { group_id: null } })).toEqual({ groupId: null });
    expect(previousOf({ metadata: { group_id: 'g' } })).toEqual({ groupId: 'g' });
  });

  it.each([
    ['the end was set', { cancel_at_period_end: false }, { cancel_at_period_end: true }, null],
    ['the end was taken back', { cancel_at_period_end: true, cancel_at: PERIOD_END }, {}, PERIOD_END],
    ['only the date is told', { cancel_at: NEXT_PERIOD_END }, {}, NEXT_PERIOD_END],
    [
      'nothing but the way to say it changed',
      { cancel_at: null },
      { cancel_at: PERIOD_END, cancel_at_period_end: true },
      PERIOD_END,
    ],
  ])('tell when it would have ended: %s', (_name, previous, now, cancelAt) => {
    expect(previousOf(previous, now)).toEqual({ cancelAt });
  });

  it('tell the end that moved with the period', () => {
    const before = item({ current_period_end: PERIOD_START, current_period_start: 1 });
    expect(previousOf({ items: list(before) }, { cancel_at_period_end: true })).toMatchObject({
      currentPeriodEnd: PERIOD_START,
      cancelAt: PERIOD_START,
    });
  });

  it('tell the pending update that was there', () => {
    const pending = { expires_at: PERIOD_END, subscription_items: [item({ price: 'price_ultra' })] };
    expect(previousOf({ pending_update: pending })).toEqual({
      pendingUpdate: { priceId: 'price_ultra', expiresAt: PERIOD_END },
    });
    expect(previousOf({ pending_update: null })).toEqual({ pendingUpdate: null });
  });

  it.each([
    ['several items', { items: list(item(), item()) }],
    ['items without data', { items: {} }],
    ['an unknown status', { status: 'tomorrow' }],
    ['a status that is none', { status: 7 }],
    ['a schedule that is none', { schedule: 7 }],
    ['a pending update that is none', { pending_update: 'x' }],
  ])('that cannot be read are left out: %s', (_name, previous) => {
    expect(previousOf(previous)).toEqual({});
  });
});

describe('a subscription that the payload does not describe well enough', () => {
  const oldPeriods = { current_period_start: PERIOD_START, current_period_end: PERIOD_END };
  const itemWithoutPeriods = { id: 'si_1', price: { id: 'price_pro' }, quantity: 1 };
  it.each([
    ['periods on the subscription', { ...oldPeriods, items: list(itemWithoutPeriods) }, /current_period_end/],
    ['several items', { items: list(item(), item({ id: 'si_2' })) }, /2 items/],
    ['more items than sent', { items: { data: [item()], has_more: true } }, /items/],
    ['no items', { items: list() }, /0 items/],
    ['no list of items', { items: undefined }, /items/],
    ['items that are none', { items: { data: [7] } }, /data/],
    ['an item without a price', { items: list(item({ price: null })) }, /price/],
    ['a status of tomorrow', { status: 'hibernating' }, /status/],
    ['a status that Object has', { status: 'constructor' }, /status/],
    ['a time that is none', { created: 'yesterday' }, /created/],
    ['a time beyond the calendar', { canceled_at: 1e15 }, /canceled_at/],
    ['a broken quantity', { items: list(item({ quantity: 1.5 })) }, /quantity/],
  ])('is to be read from Stripe: %s', (_name, more, why) => {
    expect(normalise(subscription(more))).toEqual({
      kind: 'must_read',
      provider: 'stripe',
      eventId: 'evt_1',
      eventType: UPDATED,
      occurredAt: CREATED,
      subscriptionId: 'sub_1',
      customerId: 'cus_1',
      why: expect.stringMatching(why),
    });
  });

  it.each([
    ['no id', { id: undefined }],
    ['an empty id', { id: '' }],
    ['an id that is none', { id: 7 }],
    ['no customer', { customer: null }],
    ['a customer without an id', { customer: {} }],
    ['a NUL', { id: 'sub_\u0000' }],
    ['a lone surrogate', { status: '\ud800' }],
    ['a lone surrogate before', { schedule: 'x\udc00' }],
    ['an absurdly long id', { latest_invoice: 'x'.repeat(501) }],
    ['a group that cannot be stored', { metadata: { group_id: '\u0000' } }],
  ])('makes no sense with %s', (_name, more) => {
    expect(() => normalise(subscription(more))).toThrow(UnreadablePayloadError);
  });
});
