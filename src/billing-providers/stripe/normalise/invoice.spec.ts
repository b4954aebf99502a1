import { describe, expect, it } from 'vitest';
import {
  bytesOf,
  CREATED,
  event,
  invoice,
  line,
  list,
  PERIOD_END,
  PERIOD_START,
} from '../../../../test/support/stripe-payloads.js';
import type { InvoiceFact } from '../../domain/facts.js';
import { UnreadablePayloadError } from '../../domain/provider-event.js';
import { normaliseEvent } from './event.js';

const normalise = (object: unknown, type = 'invoice.paid') => normaliseEvent(bytesOf(event(type, object)));

function factOf(object: unknown, type?: string): InvoiceFact {
  const normalised = normalise(object, type);
  if (normalised.kind !== 'fact' || normalised.fact.kind !== 'invoice') throw new Error('not an invoice fact');
  return normalised.fact;
}

const LINE = { priceId: 'price_pro', periodStart: PERIOD_START, periodEnd: PERIOD_END, proration: false };
const prorated = (kind: 'subscription_item_details' | 'invoice_item_details') => ({
  type: kind,
  [kind]: { proration: true },
});

describe('an invoice payload', () => {
  it('becomes a fact with its lines', () => {
    expect(factOf(invoice())).toEqual({
      kind: 'invoice',
      provider: 'stripe',
      eventId: 'evt_1',
      occurredAt: CREATED,
      subscriptionId: 'sub_1',
      customerId: 'cus_1',
      change: 'paid',
      invoiceId: 'in_1',
      total: 3000,
      currency: 'usd',
      attemptCount: 1,
      nextAttemptAt: null,
      lines: [LINE],
    });
  });

  it.each([
    ['invoice.paid', 'paid'],
    ['invoice.payment_failed', 'payment_failed'],
    ['invoice.payment_action_required', 'payment_action_required'],
    ['invoice.marked_uncollectible', 'uncollectible'],
    ['invoice.voided', 'voided'],
  ])('of %s is the change %s', (type, change) => {
    expect(factOf(invoice({ next_payment_attempt: PERIOD_END }), type)).toMatchObject({
      change,
      nextAttemptAt: PERIOD_END,
    });
  });

  it('tells proration from both kinds of parent, and passes over lines without a price', () => {
    const lines = list(
      line({ id: 'price_old' }, { parent: prorated('subscription_item_details') }),
      line('price_old', { parent: prorated('invoice_item_details') }),
      line('price_pro', { parent: null }),
      line(null),
      line('x', { pricing: null }),
    );
    expect(factOf(invoice({ lines })).lines).toEqual([
      { ...LINE, priceId: 'price_old', proration: true },
      { ...LINE, priceId: 'price_old', proration: true },
      LINE,
    ]);
  });

  it('may be a credit, or nothing at all', () => {
    expect(factOf(invoice({ total: -500 })).total).toBe(-500);
    expect(factOf(invoice({ total: 0 })).total).toBe(0);
  });

  it('does not keep a minus zero, which JSON loses', () => {
    const body = JSON.stringify(event('invoice.paid', invoice())).replace('"total":3000', '"total":-0');
    const normalised = normaliseEvent(Buffer.from(body));
    expect(JSON.parse(JSON.stringify(normalised))).toStrictEqual(normalised);
  });

  it.each([
    ['of a quote', { parent: { type: 'quote_details', quote_details: { quote: 'qt_1' }, subscription_details: null } }],
    ['made by hand', { parent: null }],
    ['made by hand, in the old shape', { parent: undefined, subscription: null }],
    ['made by hand, and lacking everything', { parent: null, id: undefined, customer: undefined }],
  ])('that belongs to no subscription is nobody’s: %s', (_name, more) => {
    expect(normalise(invoice(more)).kind).toBe('unsupported');
  });

  it.each([
    ['an older API version', { parent: undefined, subscription: 'sub_1' }, /2025-03-31/],
    ['a shape in between', { parent: null, subscription: { id: 'sub_1' } }, /2025-03-31/],
    ['a total that is none', { total: '3000' }, /total/],
    ['a total that is no integer', { total: 0.5 }, /total/],
    ['no lines', { lines: undefined }, /lines/],
    ['a line without a period', { lines: list(line('p', { period: null })) }, /period/],
  ])('in another shape has its subscription read from Stripe: %s', (_name, more, why) => {
    expect(normalise(invoice(more))).toMatchObject({
      kind: 'must_read',
      subscriptionId: 'sub_1',
      customerId: 'cus_1',
      why: expect.stringMatching(why),
    });
  });

  it.each([
    ['no id', { id: null }],
    ['no customer', { customer: null }],
    ['a parent that is none', { parent: 7 }],
    ['a subscription that is none', { parent: { subscription_details: { subscription: 7 } } }],
    ['a currency that cannot be stored', { currency: 'u\u0000d' }],
  ])('makes no sense with %s', (_name, more) => {
    expect(() => normalise(invoice(more))).toThrow(UnreadablePayloadError);
  });
});
