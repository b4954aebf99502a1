import { describe, expect, it } from 'vitest';
import {
  CREATED,
  invoice,
  item,
  list,
  schedule,
  subscription,
  type Json,
} from '../../../test/support/stripe-payloads.js';
import { toFacts } from './stripe-reader.js';

const STAMP = { occurredAt: CREATED + 100, covers: ['evt_9'] };
const factsOf = (more: Json) => toFacts(subscription(more), STAMP, 'fetch:1');
const invoiceOf = (more: Json) => factsOf({ latest_invoice: invoice(more) })[1];

const at = (key: string, time: number) => ({ status_transitions: { [key]: time } });

describe('what was read of a subscription', () => {
  it('is a fact of each object that came with it', () => {
    const facts = factsOf({ schedule: schedule(), latest_invoice: invoice() });
    expect(facts.map(({ kind, change, eventId }) => [kind, change, eventId])).toEqual([
      ['subscription', 'fetched', 'fetch:1:subscription'],
      ['schedule', 'fetched', 'fetch:1:schedule'],
      ['invoice', 'paid', 'fetch:1:invoice'],
    ]);
    expect(facts[0]).toMatchObject({ snapshot: { scheduleId: 'sub_sched_1', latestInvoiceId: 'in_1' } });
    expect(factsOf({ schedule: null, latest_invoice: null })).toHaveLength(1);
  });

  it('is deleted when canceled, and only then', () => {
    expect(factsOf({ status: 'canceled' })[0]?.change).toBe('deleted');
    expect(factsOf({ status: 'incomplete_expired' })[0]).toMatchObject({
      change: 'fetched',
      snapshot: { status: 'canceled' },
    });
  });

  it.each([
    ['paid', { status: 'paid', ...at('paid_at', CREATED) }, 'paid', CREATED],
    ['paid after the newest event', { status: 'paid', ...at('paid_at', CREATED + 200) }, 'paid', CREATED + 100],
    ['paid, nobody knows when', { status: 'paid', status_transitions: null }, 'paid', CREATED + 100],
    ['uncollectible', { status: 'uncollectible', ...at('marked_uncollectible_at', CREATED) }, 'uncollectible', CREATED],
    ['void', { status: 'void', ...at('voided_at', CREATED) }, 'voided', CREATED],
    ['open after a try', { status: 'open', attempt_count: 2 }, 'payment_failed', CREATED + 100],
  ])('tells of an invoice that is %s', (_name, more, change, occurredAt) => {
    expect(invoiceOf(more)).toMatchObject({ kind: 'invoice', change, occurredAt });
  });

  it.each([
    ['a draft', { status: 'draft' }],
    ['open, and not tried yet', { status: 'open', attempt_count: 0 }],
  ])('says nothing of an invoice that is %s', (_name, more) => {
    expect(invoiceOf(more)).toBeUndefined();
  });

  it('is refused when it has not the shape that is read', () => {
    expect(() => factsOf({ items: list(item(), item()) })).toThrow('2 items');
    expect(() => factsOf({ schedule: schedule({ phases: null }) })).toThrow('phases');
  });
});
