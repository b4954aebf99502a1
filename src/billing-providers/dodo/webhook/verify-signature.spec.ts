import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DodoPayments } from 'dodopayments';
import fc from 'fast-check';
import { verifySignature } from './verify-signature.js';

const secretOf = (text: string): string => `whsec_${Buffer.from(text).toString('base64')}`;
const SECRET = secretOf('the-first-of-our-secrets');
const NEW_SECRET = secretOf('the-second-of-our-secrets');
const NOW = 1_793_491_205;
const ID = 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W';
const BODY = Buffer.from('{"business_id":"bus_1","type":"payment.succeeded","data":{}}');

const digest = (body: Buffer = BODY, timestamp: string | number = NOW, secret = SECRET, id = ID): string =>
  createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64'))
    .update(`${id}.${timestamp}.`)
    .update(body)
    .digest('base64');

interface Sent {
  readonly id?: string | string[] | undefined;
  readonly timestamp?: string | string[] | undefined;
  readonly signature?: string | string[] | undefined;
  readonly body?: Buffer;
  readonly secrets?: readonly string[];
}

function verify(sent: Sent = {}): string | undefined {
  const { body = BODY, secrets = [SECRET] } = sent;
  const headers = { id: ID, timestamp: String(NOW), signature: `v1,${digest()}`, ...sent };
  return verifySignature(secrets, body, headers, NOW);
}
const holds = (sent?: Sent): boolean => verify(sent) !== undefined;

describe('a signature', () => {
  it('gives the id that it covers', () => {
    expect(verify()).toBe(ID);
    expect(verify({ id: 'msg_other' })).toBeUndefined();
  });

  it('holds where the official client says so, and not where it does not', () => {
    const seconds = Math.floor(Date.now() / 1_000);
    const signature = `v1,${digest(BODY, seconds)}`;
    const headers = { id: ID, timestamp: String(seconds), signature };
    expect(verifySignature([SECRET], BODY, headers, seconds)).toBe(ID);
    const dodo = new DodoPayments({ bearerToken: 'nobody', baseURL: 'http://127.0.0.1:9', webhookKey: SECRET });
    const named = { 'webhook-id': ID, 'webhook-timestamp': headers.timestamp, 'webhook-signature': signature };
    expect(dodo.webhooks.unwrap(BODY.toString(), { headers: named })).toEqual(JSON.parse(BODY.toString()));
    expect(() => dodo.webhooks.unwrap(`${BODY.toString()} `, { headers: named })).toThrow('No matching signature');
    expect(verifySignature([SECRET], Buffer.from(`${BODY.toString()} `), headers, seconds)).toBeUndefined();
  });

  it('holds with any configured secret, its prefix or not, and with several signatures or schemes in the header', () => {
    const both = [SECRET, NEW_SECRET];
    const signature = `v1,${digest(BODY, NOW, NEW_SECRET)}`;
    expect(holds({ secrets: both })).toBe(true);
    expect(holds({ secrets: both, signature })).toBe(true);
    expect(holds({ signature })).toBe(false);
    expect(holds({ secrets: [SECRET.slice('whsec_'.length)] })).toBe(true);
    expect(holds({ signature: `${signature} v1,${digest()}` })).toBe(true);
    expect(holds({ signature: `v1a,${digest()}  v0,x v1,${digest()} v1, nonsense` })).toBe(true);
  });

  it('is over the bytes, also those that are no UTF-8', () => {
    const body = Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x7d]);
    const signature = `v1,${digest(body)}`;
    expect(holds({ body, signature })).toBe(true);
    expect(holds({ body: Buffer.from([0x7b, 0xfe, 0xff, 0x00, 0x7d]), signature })).toBe(false);
    expect(holds({ body: Buffer.alloc(0), signature: `v1,${digest(Buffer.alloc(0))}` })).toBe(true);
  });

  it('does not hold for another body, byte by byte', () => {
    for (let position = 0; position < BODY.length; position += 1) {
      const flipped = Buffer.from(BODY);
      flipped[position] = (flipped[position] as number) ^ 1;
      expect(holds({ body: flipped })).toBe(false);
    }
    expect(holds({ body: Buffer.concat([BODY, Buffer.from(' ')]) })).toBe(false);
  });

  it('does not hold with the wrong secret, or none', () => {
    expect(holds({ secrets: [NEW_SECRET] })).toBe(false);
    expect(holds({ secrets: [] })).toBe(false);
    expect(holds({ secrets: [`whsec_${SECRET}`] })).toBe(false);
  });

  it('does not hold for another time than the one that was signed', () => {
    expect(holds({ timestamp: String(NOW - 1) })).toBe(false);
    expect(holds({ timestamp: `0${NOW}`, signature: `v1,${digest(BODY, `0${NOW}`)}` })).toBe(false);
  });

  it.each([
    [-301, false],
    [-300, true],
    [0, true],
    [300, true],
    [301, false],
    [-86_400, false],
    [86_400 * 365, false],
  ])('made %d seconds from now holds: %s', (seconds, expected) => {
    const timestamp = String(NOW + seconds);
    expect(holds({ timestamp, signature: `v1,${digest(BODY, timestamp)}` })).toBe(expected);
  });

  const good = digest();
  const flippedLast = `${good.slice(0, -2)}${good.at(-2) === 'A' ? 'B' : 'A'}=`;
  it.each([
    ['no id', { id: undefined }],
    ['an empty id', { id: '', signature: `v1,${digest(BODY, NOW, SECRET, '')}` }],
    ['an id with a space', { id: 'a b', signature: `v1,${digest(BODY, NOW, SECRET, 'a b')}` }],
    ['an absurdly long id', { id: 'a'.repeat(256), signature: `v1,${digest(BODY, NOW, SECRET, 'a'.repeat(256))}` }],
    ['two ids', { id: [ID, ID] }],
    ['no time', { timestamp: undefined }],
    ['two times', { timestamp: [String(NOW), String(NOW)] }],
    ['a time that is none', { timestamp: 'now', signature: `v1,${digest(BODY, 'now')}` }],
    ['a fraction of a second', { timestamp: `${NOW}.0`, signature: `v1,${digest(BODY, `${NOW}.0`)}` }],
    ['a time of many digits', { timestamp: '9'.repeat(400), signature: `v1,${digest(BODY, '9'.repeat(400))}` }],
    ['no signature', { signature: undefined }],
    ['several headers', { signature: [`v1,${good}`, `v1,${good}`] }],
    ['an empty signature', { signature: 'v1,' }],
    ['another scheme', { signature: `v1a,${good}` }],
    ['no scheme', { signature: good }],
    ['a half signature', { signature: `v1,${good.slice(0, 20)}` }],
    ['a longer signature', { signature: `v1,${good}AAAA` }],
    ['hexadecimal', { signature: `v1,${Buffer.from(good, 'base64').toString('hex')}` }],
    ['another writing of the same bytes', { signature: `v1,${good.slice(0, -1)}` }],
    ['other separators', { signature: `v0,x;v1,${good}` }],
    ['one other digit', { signature: `v1,${flippedLast}` }],
  ] satisfies [string, Sent][])('is refused: %s', (_name, sent) => {
    expect(holds(sent)).toBe(false);
  });

  it('is not looked for among thousands', () => {
    const none = Buffer.alloc(32).toString('base64');
    expect(holds({ signature: `${`v1,${none} `.repeat(15)}v1,${good}` })).toBe(true);
    expect(holds({ signature: `${`v1,${none} `.repeat(16)}v1,${good}` })).toBe(false);
    expect(holds({ signature: `v1,${good} ${'a'.repeat(5_000)}` })).toBe(false);
    expect(holds({ signature: ' '.repeat(1_000_000) })).toBe(false);
  });

  it('of any header but the right one is refused, without a throw', () => {
    const part = fc.oneof(
      fc.constantFrom('v1,', 'v1', ',', ' ', String(NOW), ID, good.slice(0, 40), 'constructor', '__proto__'),
      fc.string({ unit: 'binary' }),
    );
    const text = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, text, (id, timestamp, signature) => {
        expect(holds({ id, timestamp, signature })).toBe(false);
        expect(holds({ signature })).toBe(false);
      }),
    );
  });
});
