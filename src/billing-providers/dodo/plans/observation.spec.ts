import { describe, expect, it } from 'vitest';
import type { DodoPayments } from 'dodopayments';
import { PERIOD, readSubscription, scheduledChange } from '../../../../test/support/dodo-subscription.js';
import type { InvoiceFact, SubscriptionFact } from '../../domain/facts.js';
import { toObservedFacts } from './observation.js';

const START = Date.parse('2026-09-16T10:00:00Z') / 1_000;
const END = Date.parse('2026-10-16T10:00:00Z') / 1_000;
const MID_PERIOD = START + 86_400;

const observe = (more: Partial<DodoPayments.Subscription> = {}, occurredAt = MID_PERIOD) =>
  toObservedFacts(readSubscription(more), { id: 'observed:000000000000001:x', occurredAt });
const snapshotOf = (more: Partial<DodoPayments.Subscription>) =>
  (observe(more).find(({ kind }) => kind === 'subscription') as SubscriptionFact).snapshot;
const invoicesOf = (more: Partial<DodoPayments.Subscription>, occurredAt = MID_PERIOD) =>
  observe(more, occurredAt)
    .filter((fact): fact is InvoiceFact => fact.kind === 'invoice')
    .map(({ change, invoiceId, lines }) => ({ change, invoiceId, lines }));

const ORIGIN = { provider: 'dodo', subscriptionId: 'sub_1', customerId: 'cus_1', occurredAt: MID_PERIOD };

describe('what is observed of a subscription', () => {
  it('is itself, and its period as a paid invoice', () => {
    expect(observe()).toEqual([
      {
        kind: 'subscription',
        ...ORIGIN,
        eventId: 'observed:000000000000001:x:subscription',
        change: 'observed',
        previous: {},
        snapshot: {
          status: 'active',
          providerStatus: 'active',
          accessSuspended: false,
          priceId: 'pdt_pro',
          quantity: 2,
          currentPeriodStart: START,
          currentPeriodEnd: END,
          scheduleId: null,
          latestInvoiceId: null,
          cancelAt: null,
          canceledAt: null,
          endedAt: null,
          createdAt: START,
          itemId: 'sub_1',
          pendingUpdate: null,
          groupId: 'team-7',
        },
      },
      {
        kind: 'invoice',
        ...ORIGIN,
        eventId: 'observed:000000000000001:x:invoice:paid',
        change: 'paid',
        invoiceId: `period:${START}:pdt_pro`,
        total: 0,
        currency: 'USD',
        attemptCount: 1,
        nextAttemptAt: null,
        lines: [{ priceId: 'pdt_pro', periodStart: START, periodEnd: END, proration: false }],
      },
    ]);
  });

  it('tells the change to come before the subscription that names it', () => {
    const [schedule, subject] = observe({ scheduled_change: scheduledChange });
    expect(schedule).toEqual({
      kind: 'schedule',
      ...ORIGIN,
      eventId: 'observed:000000000000001:x:schedule',
      change: 'observed',
      scheduleId: 'spc_1',
      scheduleStatus: 'active',
      currentPhase: { startAt: START, endAt: END },
      phases: [
        { startAt: START, endAt: END, priceId: 'pdt_pro', quantity: 2 },
        { startAt: END, endAt: null, priceId: 'pdt_basic', quantity: 2 },
      ],
    });
    expect(subject).toMatchObject({ kind: 'subscription', snapshot: { scheduleId: 'spc_1' } });
  });

  it('is placed at its reading, but never before the period that it tells of', () => {
    const times = (occurredAt: number) => new Set(observe({}, occurredAt).map((fact) => fact.occurredAt));
    expect(times(MID_PERIOD)).toEqual(new Set([MID_PERIOD]));
    expect(times(START - 86_400)).toEqual(new Set([START]));
  });

  it('survives being stored as JSON', () => {
    const facts = observe({ scheduled_change: scheduledChange, cancelled_at: PERIOD.ends });
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
  });
});

describe('the status', () => {
  it.each([
    ['pending', 'incomplete', false],
    ['active', 'active', false],
    ['past_due', 'past_due', false],
    ['on_hold', 'past_due', true],
    ['paused', 'past_due', true],
    ['cancelled', 'canceled', false],
    ['failed', 'canceled', false],
    ['expired', 'canceled', false],
  ] as const)('%s is %s', (status, neutral, accessSuspended) => {
    expect(snapshotOf({ status })).toMatchObject({ status: neutral, providerStatus: status, accessSuspended });
  });

  it('of one that ends with its period says when', () => {
    expect(snapshotOf({ cancel_at_next_billing_date: true })).toMatchObject({ cancelAt: END, endedAt: null });
  });

  it('of one that has ended says when it did, and that nothing is to come', () => {
    const ended = { cancel_at_next_billing_date: true, scheduled_change: scheduledChange };
    expect(snapshotOf({ ...ended, status: 'cancelled', cancelled_at: PERIOD.ends })).toMatchObject({
      cancelAt: null,
      scheduleId: null,
      canceledAt: END,
      endedAt: END,
    });
    expect(snapshotOf({ status: 'expired', expires_at: PERIOD.ends })).toMatchObject({
      canceledAt: null,
      endedAt: END,
    });
    expect(snapshotOf({ status: 'active', expires_at: PERIOD.ends })).toMatchObject({ endedAt: null });
  });

  it('of one that never began needs no period', () => {
    const none = { previous_billing_date: null, next_billing_date: null } as never;
    expect(snapshotOf({ status: 'pending', ...(none as object) })).toMatchObject({
      currentPeriodStart: START,
      currentPeriodEnd: START,
    });
  });
});

describe('the period as an invoice', () => {
  const present = { priceId: 'pdt_pro', periodStart: START, periodEnd: END, proration: false };
  const paid = { change: 'paid', invoiceId: `period:${START}:pdt_pro`, lines: [present] };
  const failed = { ...paid, change: 'payment_failed' };

  it.each(['pending', 'paused'] as const)('is not told while it is %s', (status) => {
    expect(invoicesOf({ status })).toEqual([]);
  });

  it.each(['active', 'expired'] as const)('is paid when it is %s', (status) => {
    expect(invoicesOf({ status })).toEqual([paid]);
  });

  it('of one that was cancelled was paid when it ended with its period; else nobody knows', () => {
    expect(invoicesOf({ status: 'cancelled', cancel_at_next_billing_date: true })).toEqual([paid]);
    expect(invoicesOf({ status: 'cancelled' })).toEqual([]);
  });

  it('is not paid when the subscription failed to begin', () => {
    expect(invoicesOf({ status: 'failed' })).toEqual([failed]);
  });

  it.each(['past_due', 'on_hold'] as const)('is not paid when it is %s within it', (status) => {
    expect(invoicesOf({ status })).toEqual([failed]);
  });

  it.each(['past_due', 'on_hold'] as const)('was paid when the one after it could not begin: %s', (status) => {
    const due = { ...present, periodStart: END, periodEnd: END + (END - START) };
    expect(invoicesOf({ status }, END + 60)).toEqual([
      paid,
      { change: 'payment_failed', invoiceId: `period:${END}:pdt_pro`, lines: [due] },
    ]);
    expect(invoicesOf({ status, scheduled_change: scheduledChange }, END + 60)[1]).toMatchObject({
      invoiceId: `period:${END}:pdt_basic`,
    });
  });

  it('is not blamed for what a pause owes', () => {
    expect(invoicesOf({ status: 'on_hold', paused_at: PERIOD.begins })).toEqual([]);
  });
});

describe('a subscription in another shape', () => {
  it.each([
    ['an unknown status', { status: 'frozen' }],
    ['no period', { previous_billing_date: null }],
    ['a time that is none', { next_billing_date: 'soon' }],
    ['no product', { product_id: '' }],
    ['no customer', { customer: null }],
    ['no quantity', { quantity: 1.5 }],
    ['an id that no column holds', { subscription_id: 'sub_\u0000' }],
    ['a change without a time', { scheduled_change: { ...scheduledChange, effective_at: '' } }],
  ])('is refused, never guessed at: %s', (_what, more) => {
    expect(() => observe(more as never)).toThrow(
      expect.objectContaining({ outcome: 'refused', details: { providerCode: 'unsupported_subscription' } }),
    );
  });

  it.each([
    ['none at all', null],
    ['without a group', {}],
    ['with a number', { group_id: 7 }],
    ['with an empty text', { group_id: '' }],
    ['with a text that no column holds', { group_id: 'a\u0000' }],
    ['with a text that is too long', { group_id: 'x'.repeat(501) }],
  ])('names no group by metadata: %s', (_what, metadata) => {
    expect(snapshotOf({ metadata: metadata as never }).groupId).toBeNull();
  });
});
