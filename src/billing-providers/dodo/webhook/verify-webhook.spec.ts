import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DODO_SECONDS, dodoBytes, dodoEvent, dodoPayment } from '../../../../test/support/dodo-payloads.js';
import { computeLateness, verifyDodoWebhook } from './verify-webhook.js';

const KEY = 'the-first-of-our-secrets';
const SECRETS = [`whsec_${Buffer.from(KEY).toString('base64')}`];
const NOW = 1_793_500_000;
const BODY = dodoBytes(dodoEvent('payment.succeeded', dodoPayment()));

function headersAt(seconds: number, body = BODY): Record<string, string> {
  const signature = createHmac('sha256', KEY).update(`msg_1.${seconds}.`).update(body).digest('base64');
  return { 'webhook-id': 'msg_1', 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${signature}` };
}
const verify = (headers: Record<string, string | string[] | undefined>, body = BODY) =>
  verifyDodoWebhook(SECRETS, body, headers, NOW);
const lateness = (headers: Record<string, string | string[] | undefined>, body = BODY) =>
  computeLateness(SECRETS, body, headers, NOW);

describe('a delivery', () => {
  it('that is ours says which event it is, of which time', () => {
    expect(verify(headersAt(NOW))).toEqual({
      eventId: 'msg_1',
      eventType: 'payment.succeeded',
      occurredAt: DODO_SECONDS,
    });
  });

  it.each([
    ['no JSON', Buffer.from([0xff, 0x00])],
    ['nothing', Buffer.alloc(0)],
    ['a list', dodoBytes([])],
  ])('that is ours can be stored even with %s in it', (_name, body) => {
    expect(verify(headersAt(NOW, body), body)).toEqual({ eventId: 'msg_1', eventType: 'unknown', occurredAt: 0 });
  });

  it('without headers, or with other ones, is nobody’s', () => {
    expect(verify({})).toBeUndefined();
    expect(verify({ ...headersAt(NOW), 'webhook-id': ['msg_1'] })).toBeUndefined();
    expect(verify({ ...headersAt(NOW), 'webhook-signature': undefined })).toBeUndefined();
  });
});

describe('a delivery that comes out of time', () => {
  it.each([7_200, 301, -301])('by %d seconds is refused, and known for what it is', (seconds) => {
    expect(verify(headersAt(NOW - seconds))).toBeUndefined();
    expect(lateness(headersAt(NOW - seconds))).toBe(seconds);
  });

  it('is none when it is in time, or not ours', () => {
    expect(lateness(headersAt(NOW))).toBeUndefined();
    expect(lateness(headersAt(NOW - 7_200, Buffer.from('{}')))).toBeUndefined();
    expect(lateness({ ...headersAt(NOW - 7_200), 'webhook-timestamp': 'yesterday' })).toBeUndefined();
    expect(lateness({})).toBeUndefined();
  });
});
