import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { charge, checkoutSession, dispute, paymentIntent } from '../../../../test/support/stripe-money-payloads.js';
import {
  bytesOf,
  CREATED,
  event,
  invoice,
  schedule,
  subscription,
  type Json,
} from '../../../../test/support/stripe-payloads.js';
import { pathsOf, replaceAt, resultOf, survivesStorage } from '../../../../test/support/normalising.js';
import { UnreadablePayloadError } from '../../domain/provider-event.js';
import { readEnvelope } from './envelope.js';
import { NORMALISERS, normaliseEvent } from './event.js';

const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

describe('an event', () => {
  it.each([
    'customer.subscription.trial_will_end',
    'invoice.created',
    'invoice.finalized',
    'invoice.payment_succeeded',
    'subscription_schedule.expiring',
    'payment_intent.created',
    'charge.succeeded',
    'charge.dispute.funds_withdrawn',
    'v1.customer.subscription.updated',
    'a type of tomorrow',
  ])('of type %s is nothing that we act on, whatever it carries', (type) => {
    for (const object of [subscription(), null, 7, { id: '\u0000' }]) {
      expect(normaliseEvent(bytesOf(event(type, object)))).toEqual({
        kind: 'unsupported',
        provider: 'stripe',
        eventId: 'evt_1',
        eventType: type,
        occurredAt: CREATED,
      });
    }
  });

  it('of another account, or thin, is nothing that we act on', () => {
    const type = 'customer.subscription.updated';
    expect(normaliseEvent(bytesOf(event(type, subscription(), { account: 'acct_1' }))).kind).toBe('unsupported');
    expect(normaliseEvent(bytesOf(event(type, subscription(), { object: 'v2.core.event' }))).kind).toBe('unsupported');
  });

  it.each([
    ['not JSON', Buffer.from('{"id":')],
    ['empty', Buffer.alloc(0)],
    ['a list', bytesOf([event('invoice.paid', invoice())])],
    ['a text', bytesOf('invoice.paid')],
    ['UTF-16', Buffer.from(JSON.stringify(event('invoice.paid', invoice())), 'utf16le')],
    ['without an id', bytesOf(event('invoice.paid', invoice(), { id: undefined }))],
    ['without a time', bytesOf(event('invoice.paid', invoice(), { created: undefined }))],
    ['without an object', bytesOf(event('invoice.paid', undefined))],
    ['without data', bytesOf(event('invoice.paid', {}, { data: 7 }))],
  ])('that is %s makes no sense', (_name, body) => {
    expect(() => normaliseEvent(body)).toThrow(UnreadablePayloadError);
  });

  it('is not fooled by inherited or dangerous keys', () => {
    const body = Buffer.from(
      '{"id":"evt_1","type":"invoice.paid","created":1793491205,"__proto__":{"data":{"object":{"id":"in_1"}}}}',
    );
    expect(() => normaliseEvent(body)).toThrow(UnreadablePayloadError);
    const inside = JSON.stringify(event('invoice.paid', { ...invoice(), id: undefined })).replace(
      '"customer"',
      '"__proto__":{"id":"in_evil"},"constructor":{"id":"x"},"customer"',
    );
    expect(() => normaliseEvent(Buffer.from(inside))).toThrow(UnreadablePayloadError);
    expect(Object.hasOwn(Object.prototype, 'id')).toBe(false);
  });

  it('may be deep, or large', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const body = JSON.stringify(event('invoice.paid', invoice({ metadata: 'DEEP' }))).replace('"DEEP"', deep);
    expect(normaliseEvent(Buffer.from(body)).kind).toBe('fact');
    const large = event('invoice.paid', invoice({ metadata: { text: 'é'.repeat(450_000) } }));
    expect(normaliseEvent(bytesOf(large)).kind).toBe('fact');
  });
});

describe('the envelope', () => {
  it('is what the body says', () => {
    expect(readEnvelope(bytesOf(event('invoice.paid', invoice(), { livemode: true })))).toMatchObject({
      eventId: 'evt_1',
      hasOwnId: true,
      eventType: 'invoice.paid',
      occurredAt: CREATED,
      livemode: true,
    });
  });

  it('of a thin event has its own id, type and time', () => {
    const thin = {
      id: 'evt_test_65',
      object: 'v2.core.event',
      type: 'v1.billing.meter.error_report_triggered',
      created: '2026-11-01T00:00:05.250Z',
      livemode: true,
      related_object: { id: 'mtr_1', type: 'billing.meter', url: '/v1/billing/meters/mtr_1' },
    };
    expect(readEnvelope(bytesOf(thin))).toMatchObject({
      eventId: 'evt_test_65',
      eventType: 'v1.billing.meter.error_report_triggered',
      occurredAt: 1_793_491_205,
      livemode: true,
    });
    expect(normaliseEvent(bytesOf(thin)).kind).toBe('unsupported');
  });

  it.each([
    ['no JSON', Buffer.from([0xff, 0xfe, 0x00])],
    ['nothing', Buffer.alloc(0)],
    ['no id', bytesOf({ type: 'invoice.paid' })],
    ['an id that is none', bytesOf({ id: 7, type: ['invoice.paid'] })],
    ['an empty id', bytesOf({ id: '', type: '' })],
    ['an id that cannot be stored', bytesOf({ id: 'evt_\u0000', type: 'a\ud800' })],
    ['an absurdly long id', bytesOf({ id: 'e'.repeat(256), type: 't'.repeat(201) })],
  ])('of a body with %s is still one to store', (_name, body) => {
    const envelope = readEnvelope(body);
    expect(envelope).toMatchObject({ eventId: digestOf(body), hasOwnId: false, occurredAt: 0, livemode: undefined });
    expect(['unknown', 'invoice.paid']).toContain(envelope.eventType);
    expect(readEnvelope(Buffer.from(body))).toEqual(envelope);
  });

  it.each([['yesterday'], [-1], [1.5], [1e300], [null], [{}]])('does not believe the time %p', (created) => {
    expect(readEnvelope(bytesOf({ id: 'evt_1', created })).occurredAt).toBe(0);
  });
});

const resultOfBytes = (body: Buffer) => resultOf(() => normaliseEvent(body));
const isGood = (value: unknown): boolean => survivesStorage(resultOfBytes(bytesOf(value)));

describe('normalising', () => {
  const settings = { seed: 7_214, numRuns: 400 };
  const anything = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' });
  const type = fc.constantFrom(...NORMALISERS.keys());
  /** A good payload with one or two values anywhere in it replaced by anything. */
  const spoilt = fc
    .constantFrom(subscription(), schedule(), invoice(), paymentIntent(), checkoutSession(), charge(), dispute())
    .chain((object) =>
      fc
        .array(fc.tuple(fc.constantFrom(...pathsOf(object)), anything), { minLength: 1, maxLength: 2 })
        .map((changes) => changes.reduce<unknown>((done, [path, by]) => replaceAt(done, path, by), object)),
    );

  it('gives what JSON gives back, or throws what it says, for any JSON', () => {
    fc.assert(
      fc.property(anything, type, anything, (value, name, before) => {
        expect(isGood(value)).toBe(true);
        expect(isGood(event(name, value, {}, before as Json))).toBe(true);
      }),
      settings,
    );
  });

  it('does so for good payloads that are spoilt somewhere', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(type, spoilt, spoilt, (name, object, before) => {
        const result = resultOfBytes(bytesOf(event(name, object, {}, before as Json)));
        expect(survivesStorage(result)).toBe(true);
        kinds.add(typeof result === 'string' ? result : result.kind);
      }),
      settings,
    );
    expect([...kinds].toSorted()).toEqual(['fact', 'makes no sense', 'money', 'must_read', 'unsupported']);
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
