import { describe, expect, it } from 'vitest';
import { computeRefundedTotal, toRefundIntent } from './refund-intent.js';
import {
  computeDispute,
  computeRefund,
  isKept,
  type DisputeStatus,
  type SaleItem,
  type SaleItemStatus,
} from './sale-item.js';

describe('computeRefund', () => {
  const item = { status: 'paid', amount: 1_900, refundedAmount: 500 } as const;

  it.each([
    ['a higher total', 900, { refundedAmount: 900, added: 400, isFull: false }],
    ['all of it', 1_900, { refundedAmount: 1_900, added: 1_400, isFull: true }],
    ['more than was paid', 5_000, { refundedAmount: 1_900, added: 1_400, isFull: true }],
    ['what is known', 500, undefined],
    ['older news', 100, undefined],
  ])('of %s', (_what, total, expected) => {
    expect(computeRefund(item, total)).toEqual(expected);
  });

  it.each(['pending', 'failed', 'expired', 'refunded'] as const)('of an item that is %s changes nothing', (status) => {
    expect(computeRefund({ ...item, status }, 1_900)).toBeUndefined();
  });
});

describe('a refund of ours', () => {
  it('says the total, whether or not its event has said it already', () => {
    const intentKey = toRefundIntent({ uuid: 'f1e2d3c4-b5a6-4978-8a9b-0c1d2e3f4a5b', refundedAmount: 500 });
    expect(intentKey).toBe('refund:f1e2d3c4-b5a6-4978-8a9b-0c1d2e3f4a5b:500');
    expect(computeRefundedTotal({ intentKey, amount: 400 })).toBe(900);
  });

  it('is refused when its intent is none', () => {
    expect(() => computeRefundedTotal({ intentKey: 'upsell:a:b', amount: 1 })).toThrow('is no refund');
  });
});

describe('computeDispute', () => {
  it.each<[DisputeStatus, string]>([
    ['open', 'suspend'],
    ['won', 'restore'],
    ['lost', 'revoke'],
  ])('%s means %s', (status, effect) => {
    expect(computeDispute({}, 'dp_1', status)).toEqual({ disputes: { dp_1: status }, effect });
  });

  it('is over once it is over, whatever comes late', () => {
    for (const status of ['open', 'won', 'lost'] as const) {
      expect(computeDispute({ dp_1: 'won' }, 'dp_1', status)).toBeUndefined();
      expect(computeDispute({ dp_1: 'lost' }, 'dp_1', status)).toBeUndefined();
    }
    expect(computeDispute({ dp_1: 'open' }, 'dp_1', 'open')).toBeUndefined();
  });

  it('gives nothing back while another is open', () => {
    expect(computeDispute({ dp_1: 'open', dp_2: 'open' }, 'dp_1', 'won')).toEqual({
      disputes: { dp_1: 'won', dp_2: 'open' },
      effect: undefined,
    });
    expect(computeDispute({ dp_1: 'won', dp_2: 'open' }, 'dp_2', 'won')?.effect).toBe('restore');
  });
});

describe('what was paid', () => {
  it.each<[boolean, SaleItemStatus, SaleItem['disputes']]>([
    [true, 'paid', {}],
    [true, 'paid', { dp_1: 'won' }],
    [false, 'paid', { dp_1: 'open' }],
    [false, 'paid', { dp_1: 'won', dp_2: 'lost' }],
    [false, 'refunded', {}],
    [false, 'pending', {}],
    [false, 'failed', {}],
  ])('has stayed paid: %s, of one that is %s with disputes %j', (kept, status, disputes) => {
    expect(isKept({ status, disputes })).toBe(kept);
  });
});
