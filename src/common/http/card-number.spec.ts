import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { findCardNumbers, hasCardNumber } from './card-number.js';

describe('a card number', () => {
  it.each([
    ['Visa', '4242424242424242'],
    ['Visa of 19 digits', '4000000000000000006'],
    ['Mastercard', '5555555555554444'],
    ['Mastercard of the newer range', '2223003122003222'],
    ['American Express', '378282246310005'],
    ['Diners Club', '30569309025904'],
    ['Diners Club International', '36227206271667'],
    ['Discover', '6011111111111117'],
    ['JCB', '3566002020360505'],
    ['UnionPay', '6200000000000005'],
    ['UnionPay of 19 digits', '6205500000000000004'],
    ['Elo', '6362970000457013'],
    ['Hipercard', '6062826786276634'],
    ['Napas', '9704000000000018'],
    ['RuPay', '6521111111111110'],
    ['Maestro', '6759649826438453'],
  ])('of %s is one', (_issuer, digits) => {
    expect(hasCardNumber(digits)).toBe(true);
    expect(hasCardNumber(`${digits.slice(0, -1)}${(Number(digits.at(-1)) + 1) % 10}`)).toBe(false);
  });

  it.each([
    '4242 4242 4242 4242',
    '4242-4242-4242-4242',
    '4242.4242.4242.4242',
    '4242 - 4242 - 4242 - 4242',
    '4242\u00a04242\u00a04242\u00a04242',
    '4242–4242–4242–4242',
    '３７８２ ８２２４６３ １０００５',
    '４２４２４２４２４２４２４２４２',
    '3782 822463 10005',
    '3056 930902 5904',
    '4000 0000 0000 0000 006',
    '620550 0000000000004',
    'card: 4242 4242 4242 4242 exp 12/29 123',
    'Rua A, 12 4242 4242 4242 4242',
    '(4242424242424242)',
    '"4242424242424242"',
    'my card is 4242424242424242.',
    '2026-01-15 4242-4242-4242-4242',
    '4242424242424242,5555555555554444',
  ])('written %j is found', (text) => expect(hasCardNumber(text)).toBe(true));

  it('is told as it is written, each', () => {
    expect([...findCardNumbers('a 4242 4242 4242 4242, b 5555555555554444')]).toEqual([
      '5555555555554444',
      '4242 4242 4242 4242',
    ]);
  });
});

describe('no card number', () => {
  it.each([
    ['too short', '4242424242420'],
    ['too long', '42424242424242424242'],
    ['of no issuer', '1234567812345670'],
    ['part of a word', 'x4242424242424242'],
    ['of an id', 'cus_4242424242424242'],
    ['with a letter behind', '4242424242424242a'],
    ['seconds', '1793491205'],
    ['milliseconds', '1793491205123'],
    ['microseconds', '1793491205123456'],
    ['nanoseconds', '1793491205123456789'],
    ['a moment', '2026-11-21T19:47:10.123456789Z'],
    ['a day and a time', '2026-11-21 19-47-10-123'],
    ['a telephone number', '+55 11 91234-5678'],
    ['one from Vietnam', '+84 24 3936 1234'],
    ['a person’s tax number', '111.444.777-35'],
    ['a company’s tax number that passes for a Diners Club card', '36000009000140'],
    ['the same, written out', '36.000.009/0001-40'],
    ['an amount', '2147483647'],
    ['an address', '192.168.100.200'],
    ['a customer of a shop system', '4512345678902'],
  ])('is %s: %s', (_what, text) => expect(hasCardNumber(text)).toBe(false));

  /** Every kind of identifier that goes through our requests, made from a digest: the same ones in each run. */
  const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  const bytesOf = (kind: string, number: number) => createHash('sha256').update(`${kind}${number}`).digest();
  const alphanumeric = (bytes: Buffer, alphabet = ALPHANUMERIC) =>
    [...bytes.subarray(0, 24)].map((byte) => alphabet[byte % alphabet.length]).join('');
  const KINDS: Readonly<Record<string, (bytes: Buffer) => string>> = {
    uuid: (bytes) => bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5'),
    'two uuids': (bytes) => bytes.toString('hex').replaceAll(/(.{8})(.{4})(.{4})(.{4})(.{12})/g, '$1-$2-$3-$4-$5:'),
    digest: (bytes) => bytes.toString('hex'),
    'digest in base64url': (bytes) => bytes.toString('base64url'),
    'id of a provider': (bytes) => `pi_${alphanumeric(bytes)}`,
    ULID: (bytes) => alphanumeric(bytes, '0123456789ABCDEFGHJKMNPQRSTVWXYZ'),
  };

  it.each(Object.keys(KINDS))('is any of 20 000 of: %s', (kind) => {
    const wrong: string[] = [];
    for (let number = 0; number < 20_000; number += 1) {
      const text = KINDS[kind]?.(bytesOf(kind, number)) ?? '';
      if (hasCardNumber(text)) wrong.push(text);
    }
    expect(wrong).toEqual([]);
  });
});
