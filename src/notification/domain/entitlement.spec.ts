import { describe, expect, it } from 'vitest';
import { ENTITLEMENT_TRANSITIONS, statusesBefore, strongestByProduct, type EntitlementStatus } from './entitlement.js';

const STATUSES: readonly EntitlementStatus[] = ['granted', 'suspended', 'revoked'];
const ALLOWED = ['granted>suspended', 'granted>revoked', 'suspended>granted', 'suspended>revoked'];

describe('an entitlement', () => {
  it.each(STATUSES.flatMap((from) => STATUSES.map((to) => [from, to] as const)))('from %s to %s', (from, to) => {
    const isAllowed = ALLOWED.includes(`${from}>${to}`);
    expect(ENTITLEMENT_TRANSITIONS[from].includes(to)).toBe(isAllowed);
    expect(statusesBefore(to).includes(from)).toBe(isAllowed);
  });
});

describe('entitlements of products that were bought more than once', () => {
  const given = (productId: string, status: EntitlementStatus, source: string) => ({ productId, status, source });

  it('count by the strongest one, whatever their order', () => {
    const all = [
      given('book', 'revoked', 'first'),
      given('book', 'granted', 'second'),
      given('book', 'suspended', 'third'),
      given('course', 'suspended', 'fourth'),
      given('course', 'revoked', 'fifth'),
      given('song', 'revoked', 'sixth'),
    ];
    const expected = [
      given('book', 'granted', 'second'),
      given('course', 'suspended', 'fourth'),
      given('song', 'revoked', 'sixth'),
    ];
    expect(strongestByProduct(all)).toEqual(expected);
    expect(new Set(strongestByProduct(all.toReversed()))).toEqual(new Set(expected));
  });

  it('keep the first of equal ones', () => {
    const all = [given('book', 'granted', 'newest'), given('book', 'granted', 'older')];
    expect(strongestByProduct(all)).toEqual([given('book', 'granted', 'newest')]);
  });
});
