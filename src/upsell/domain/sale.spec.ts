import { expect, it } from 'vitest';
import { computeToldMethod } from './sale.js';

it.each([
  ['a checkout’s event', 'checkout', 'card', undefined],
  ['a payment’s event that could have been paid in several ways', 'payment', 'other', undefined],
  ['a payment’s event that could be paid in one way', 'payment', 'pix', 'pix'],
  ['a claim, which was read from the provider', 'claim', 'card', 'card'],
  ['a claim of something paid in yet another way', 'claim', 'other', undefined],
  ['a claim of something paid by Pix', 'claim', 'pix', 'pix'],
] as const)('how a sale was paid is told by %s as far as it knows', (_teller, source, kind, expected) => {
  expect(computeToldMethod(source, kind)).toBe(expected);
});
