import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as dodo from '../../src/billing-providers/dodo/webhook/verify-webhook.js';
import { isSignedBy } from '../../src/billing-providers/stripe/webhook/verify-signature.js';

/** How often a body was hashed: what a stranger's request may cost is not measured by the clock. */
let hashed = 0;

const { createHmac } = crypto;
const digestOf = (secret: string | Buffer, text: string, encoding: 'hex' | 'base64'): string =>
  createHmac('sha256', secret).update(text).digest(encoding);

beforeAll(() => {
  vi.spyOn(crypto, 'createHmac').mockImplementation((...parameters) => {
    hashed += 1;
    return createHmac(...parameters);
  });
  syncBuiltinESMExports();
});
afterAll(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});
beforeEach(() => {
  hashed = 0;
});

const NOW = 1_793_500_000;
const BODY = Buffer.from('{"type":"payment.succeeded"}');
const SECRETS = ['whsec_Zx7Cv3Bn9Ml1Kj5Hg2FdQw8Er2Ty6Ui0', 'whsec_Qw8Er2Ty6Ui0Op4AsZx7Cv3Bn9Ml1Kj5'];
const FALSE_HEX = '0'.repeat(64);
const FALSE_BASE64 = `${'A'.repeat(43)}=`;

describe('a Stripe signature', () => {
  const verify = (header: string | undefined) => isSignedBy(SECRETS, BODY, header, NOW);

  it.each([
    ['none', undefined],
    ['empty', ''],
    ['without a time', `v1=${FALSE_HEX}`],
    ['without a signature', `t=${NOW}`],
    ['of another scheme', `t=${NOW},v0=${FALSE_HEX}`],
    ['with two times', `t=${NOW},t=${NOW},v1=${FALSE_HEX}`],
    ['that cannot be one', `t=${NOW},v1=${FALSE_HEX}0`],
    ['of long ago', `t=${NOW - 301},v1=${FALSE_HEX}`],
    ['of the future', `t=${NOW + 301},v1=${FALSE_HEX}`],
    ['among thousands', `t=${NOW}${`,v1=${FALSE_HEX}`.repeat(5_000)}`],
    ['among seventeen', `t=${NOW}${`,v1=${FALSE_HEX}`.repeat(17)}`],
    ['of Dodo', `v1,${FALSE_BASE64}`],
  ])('%s costs no hash', (_what, header) => {
    expect(verify(header)).toBe(false);
    expect(hashed).toBe(0);
  });

  it('that could hold costs one for each secret, however many signatures there are', () => {
    expect(verify(`t=${NOW}${`,v1=${FALSE_HEX}`.repeat(16)}`)).toBe(false);
    expect(hashed).toBe(SECRETS.length);
    const digest = digestOf(SECRETS[1] ?? '', `${NOW}.${BODY}`, 'hex');
    expect(verify(`t=${NOW},v1=${FALSE_HEX},v1=${digest}`)).toBe(true);
    expect(hashed).toBe(SECRETS.length * 2);
  });
});

describe('a signature of Dodo', () => {
  const headers = (fields: Record<string, string | undefined> = {}) => ({
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(NOW),
    'webhook-signature': `v1,${FALSE_BASE64}`,
    ...fields,
  });
  /** As the adapter does: whether it holds, and if not, whether it would have at its time. */
  const verify = (given: Record<string, string | undefined>) => {
    const event = dodo.verifyDodoWebhook(SECRETS, BODY, given, NOW);
    return event ?? dodo.computeLateness(SECRETS, BODY, given, NOW);
  };

  it.each([
    ['none', { 'webhook-signature': undefined }],
    ['empty', { 'webhook-signature': '' }],
    ['without an id', { 'webhook-id': undefined }],
    ['with an id that is none', { 'webhook-id': 'a b' }],
    ['without a time', { 'webhook-timestamp': undefined }],
    ['with a time that is none', { 'webhook-timestamp': 'now' }],
    ['of another scheme', { 'webhook-signature': `v1a,${FALSE_BASE64}` }],
    ['that cannot be one', { 'webhook-signature': 'v1,AAAA' }],
    ['among thousands', { 'webhook-signature': `v1,${FALSE_BASE64} `.repeat(5_000) }],
    ['among seventeen', { 'webhook-signature': `v1,${FALSE_BASE64} `.repeat(17) }],
    ['of Stripe', { 'webhook-signature': `t=${NOW},v1=${FALSE_HEX}` }],
  ])('%s costs no hash', (_what, fields) => {
    expect(verify(headers(fields))).toBeUndefined();
    expect(hashed).toBe(0);
  });

  it.each([
    ['in time', NOW],
    ['of long ago', NOW - 301],
    ['of the future', NOW + 301],
  ])('%s that could hold costs one for each secret', (_when, seconds) => {
    const signature = Array.from({ length: 16 }, () => `v1,${FALSE_BASE64}`).join(' ');
    expect(verify(headers({ 'webhook-timestamp': String(seconds), 'webhook-signature': signature }))).toBeUndefined();
    expect(hashed).toBe(SECRETS.length);
  });
});
