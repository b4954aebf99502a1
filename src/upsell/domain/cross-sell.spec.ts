import { describe, expect, it, test } from 'vitest';
import {
  CROSS_SELL_STATUSES,
  CROSS_SELL_TRANSITIONS,
  crossSellStatusesBefore,
  toCrossSellIntent,
} from './cross-sell.js';

const ALLOWED = ['pending -> paid', 'pending -> failed', 'pending -> expired', 'failed -> paid', 'expired -> paid'];

describe('the transitions of a cross-sell', () => {
  const pairs = CROSS_SELL_STATUSES.flatMap((from) => CROSS_SELL_STATUSES.map((to) => ({ from, to })));

  it.each(pairs)('$from -> $to', ({ from, to }) => {
    expect(CROSS_SELL_TRANSITIONS[from].includes(to)).toBe(ALLOWED.includes(`${from} -> ${to}`));
    expect(crossSellStatusesBefore(to).includes(from)).toBe(ALLOWED.includes(`${from} -> ${to}`));
  });
});

test('an intent is one for a user and an offer, until what was bought is theirs no more', () => {
  expect(toCrossSellIntent('7', '3', null, 0)).toBe('cross:7:3');
  expect(toCrossSellIntent('7', '3', null, 1)).toBe('cross:7:3:1');
  expect(toCrossSellIntent('7', '3', '5', 0)).toBe('cross:7:3@5');
  expect(toCrossSellIntent('7', '3', '5', 1)).toBe('cross:7:3@5:1');
});
