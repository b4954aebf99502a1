import { describe, expect, it } from 'vitest';
import { toReceivedEvent, toStorableText } from './received-event.js';

const verified = { eventId: 'evt_1', eventType: 'invoice.paid', occurredAt: 1_767_225_600, livemode: false };
const payload = Buffer.from('{}');
const body = { payload, digest: () => 'd1' };

describe('toReceivedEvent', () => {
  it('keeps what a column can hold', () => {
    expect(toReceivedEvent('stripe', verified, body)).toEqual({
      provider: 'stripe',
      providerEventId: 'evt_1',
      eventType: 'invoice.paid',
      payload,
      occurredAt: new Date('2026-01-01T00:00:00Z'),
      livemode: false,
    });
  });

  it.each([[''], ['a\u0000'], ['a\uD800'], ['e'.repeat(256)]])(
    'names the event by its digest instead of %j',
    (eventId) => {
      expect(toReceivedEvent('stripe', { ...verified, eventId }, body).providerEventId).toBe('sha256:d1');
    },
  );

  it.each([[0], [-1], [Number.NaN], [Infinity], [1e300], [253_402_300_800]])('knows no time for %d', (occurredAt) => {
    expect(toReceivedEvent('stripe', { ...verified, occurredAt }, body).occurredAt).toBeNull();
  });

  it.each([
    ['', 'unknown'],
    ['a\u0000b', 'a\uFFFDb'],
    ['t'.repeat(300), 't'.repeat(200)],
  ])('stores the type %j as %j', (eventType, stored) => {
    expect(toReceivedEvent('stripe', { ...verified, eventType }, body).eventType).toBe(stored);
  });
});

describe('toStorableText', () => {
  it('does not leave half of a character at the end', () => {
    expect(toStorableText('ab😀', 3)).toBe('ab\uFFFD');
  });
});
