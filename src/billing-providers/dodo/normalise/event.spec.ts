import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  DODO_SECONDS,
  DODO_TIME,
  dodoBytes,
  dodoDispute,
  dodoEvent,
  dodoPayment,
  dodoRefund,
  dodoSubscription,
} from '../../../../test/support/dodo-payloads.js';
import { pathsOf, replaceAt, resultOf, survivesStorage } from '../../../../test/support/normalising.js';
import { UnreadablePayloadError, type ProviderEvent } from '../../domain/provider-event.js';
import { readEnvelope } from './envelope.js';
import { NORMALISERS, normaliseEvent } from './event.js';

const ID = 'msg_1';
const normalise = (value: unknown): ProviderEvent => normaliseEvent(dodoBytes(value), ID);

const SUBSCRIPTION_EVENTS = [
  'subscription.active',
  'subscription.cancelled',
  'subscription.expired',
  'subscription.failed',
  'subscription.on_hold',
  'subscription.past_due',
  'subscription.paused',
  'subscription.plan_changed',
  'subscription.renewed',
  'subscription.unpaused',
  'subscription.update_payment_method',
  'subscription.updated',
  'subscription.of_tomorrow',
];

describe('an event', () => {
  it.each([
    'refund.failed',
    'license_key.created',
    'payout.success',
    'credit.added',
    'abandoned_checkout.detected',
    'dunning.started',
    'entitlement_grant.created',
    'payment.of_tomorrow',
    'a type of tomorrow',
  ])('of type %s is nothing that we act on, whatever it carries', (type) => {
    for (const data of [dodoPayment(), null, 7, { payment_id: '\u0000' }]) {
      expect(normalise(dodoEvent(type, data))).toEqual({
        kind: 'unsupported',
        provider: 'dodo',
        eventId: ID,
        eventType: type,
        occurredAt: DODO_SECONDS,
      });
    }
  });

  it.each(SUBSCRIPTION_EVENTS)('of type %s says that the subscription is to be read', (type) => {
    expect(normalise(dodoEvent(type, dodoSubscription()))).toEqual({
      kind: 'must_read',
      provider: 'dodo',
      eventId: ID,
      eventType: type,
      occurredAt: DODO_SECONDS,
      subscriptionId: 'sub_1',
      customerId: 'cus_1',
      why: 'state_at_delivery',
    });
  });

  it('of a subscription may carry anything beside the ids', () => {
    const odd = dodoSubscription({ status: 'a word of tomorrow', next_billing_date: 7, metadata: 'none', addons: {} });
    expect(normalise(dodoEvent('subscription.updated', odd)).kind).toBe('must_read');
  });

  it.each([
    ['not JSON', Buffer.from('{"type":')],
    ['empty', Buffer.alloc(0)],
    ['a list', dodoBytes([dodoEvent('payment.succeeded', dodoPayment())])],
    ['a text', dodoBytes('payment.succeeded')],
    ['UTF-16', Buffer.from(JSON.stringify(dodoEvent('payment.succeeded', dodoPayment())), 'utf16le')],
    ['without a time', dodoBytes(dodoEvent('payment.succeeded', dodoPayment(), { timestamp: undefined }))],
    ['without an object', dodoBytes(dodoEvent('payment.succeeded', undefined))],
    ['with something else', dodoBytes(dodoEvent('payment.succeeded', [dodoPayment()]))],
    ['of no subscription', dodoBytes(dodoEvent('subscription.active', dodoSubscription({ subscription_id: null })))],
    ['of nobody', dodoBytes(dodoEvent('subscription.active', dodoSubscription({ customer: null })))],
  ])('that is %s makes no sense', (_name, body) => {
    expect(() => normaliseEvent(body, ID)).toThrow(UnreadablePayloadError);
  });

  it('is not fooled by inherited or dangerous keys', () => {
    const body = Buffer.from(
      `{"type":"payment.succeeded","timestamp":"${DODO_TIME}","__proto__":{"data":{"payment_id":"pay_evil"}}}`,
    );
    expect(() => normaliseEvent(body, ID)).toThrow(UnreadablePayloadError);
    const inside = JSON.stringify(dodoEvent('payment.succeeded', { ...dodoPayment(), payment_id: undefined })).replace(
      '"business_id"',
      '"__proto__":{"payment_id":"pay_evil"},"constructor":{"payment_id":"x"},"business_id"',
    );
    expect(() => normaliseEvent(Buffer.from(inside), ID)).toThrow(UnreadablePayloadError);
    expect(Object.hasOwn(Object.prototype, 'payment_id')).toBe(false);
  });

  it('may be deep, or large', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const payment = { ...dodoPayment(), discounts: 'DEEP' };
    const body = JSON.stringify(dodoEvent('payment.succeeded', payment)).replace('"DEEP"', deep);
    expect(normaliseEvent(Buffer.from(body), ID).kind).toBe('money');
    const large = { ...dodoPayment(), custom_field_responses: 'é'.repeat(450_000) };
    expect(normalise(dodoEvent('payment.succeeded', large)).kind).toBe('money');
  });
});

describe('the envelope', () => {
  it.each([
    [DODO_TIME, DODO_SECONDS],
    ['2026-11-01T00:00:05Z', DODO_SECONDS],
    ['2026-11-01T01:00:05.999999+01:00', DODO_SECONDS],
    ['2026-11-01T00:00:05', 0],
    ['2026-11-01', 0],
    ['yesterday', 0],
    ['1960-01-01T00:00:00Z', 0],
    ['2026-13-01T00:00:05Z', 0],
    [1_793_491_205, 0],
    [null, 0],
    [{}, 0],
  ])('reads the time %p as %d', (timestamp, seconds) => {
    expect(readEnvelope(dodoBytes({ timestamp })).occurredAt).toBe(seconds);
  });

  it.each([
    ['no JSON', Buffer.from([0xff, 0xfe, 0x00])],
    ['nothing', Buffer.alloc(0)],
    ['a type that is none', dodoBytes({ type: ['payment.succeeded'] })],
    ['a type that cannot be stored', dodoBytes({ type: 'a\ud800' })],
    ['an absurdly long type', dodoBytes({ type: 't'.repeat(201) })],
  ])('of a body with %s is still one to store', (_name, body) => {
    expect(readEnvelope(body)).toMatchObject({ eventType: 'unknown', occurredAt: 0 });
  });
});

const resultOfBytes = (body: Buffer) => resultOf(() => normaliseEvent(body, ID));
const isGood = (value: unknown): boolean => survivesStorage(resultOfBytes(dodoBytes(value)));

describe('normalising', () => {
  const settings = { seed: 7_214, numRuns: 400 };
  const anything = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' });
  const type = fc.constantFrom(...NORMALISERS.keys(), ...SUBSCRIPTION_EVENTS, 'refund.failed');
  /** A good payload with one or two values anywhere in it replaced by anything. */
  const spoilt = fc
    .constantFrom<object>(dodoPayment(), dodoRefund(), dodoDispute(), dodoSubscription())
    .chain((object) =>
      fc
        .array(fc.tuple(fc.constantFrom(...pathsOf(object)), anything), { minLength: 1, maxLength: 2 })
        .map((changes) => changes.reduce<unknown>((done, [path, by]) => replaceAt(done, path, by), object)),
    );

  it('gives what JSON gives back, or throws what it says, for any JSON', () => {
    fc.assert(
      fc.property(anything, type, anything, (value, name, timestamp) => {
        expect(isGood(value)).toBe(true);
        expect(isGood(dodoEvent(name, value))).toBe(true);
        expect(isGood(dodoEvent(name, dodoPayment(), { timestamp }))).toBe(true);
      }),
      settings,
    );
  });

  it('does so for good payloads that are spoilt somewhere', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(type, spoilt, (name, object) => {
        const result = resultOfBytes(dodoBytes(dodoEvent(name, object)));
        expect(survivesStorage(result)).toBe(true);
        kinds.add(typeof result === 'string' ? result : result.kind);
      }),
      settings,
    );
    expect([...kinds].toSorted()).toEqual(['makes no sense', 'money', 'must_read', 'unsupported']);
  });

  it('does so for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(survivesStorage(resultOfBytes(Buffer.from(bytes)))).toBe(true);
      }),
      settings,
    );
  });
});
