import { describe, expect, it } from 'vitest';
import type { DisputeFact } from '../../billing-providers/index.js';
import type { ChargeCommand } from '../../billing-providers/index.js';
import type { KnownPayment } from '../../upsell/index.js';
import { compareDispute, compareRefund, type KnownOfReturned } from './compare-returned.js';

const ITEM: KnownPayment = {
  paymentId: 'pi_1',
  itemUuid: 'item',
  status: 'paid',
  amount: 1_900,
  currency: 'USD',
  refundedAmount: 500,
  disputes: { dp_open: 'open', dp_won: 'won' },
};

const known = (change: Partial<KnownOfReturned> = {}): KnownOfReturned => ({
  item: ITEM,
  attempt: undefined,
  isAboutToBeKnown: false,
  ...change,
});

const refund = (refundedAmount: number) =>
  ({
    kind: 'refund',
    provider: 'stripe',
    eventId: 'reconciliation:re_1',
    occurredAt: 1_000,
    paymentId: 'pi_1',
    refundId: null,
    refundedAmount,
    amount: 1_900,
    currency: 'USD',
  }) as const;

const dispute = (disputeId: string, status: DisputeFact['status']): DisputeFact => ({
  kind: 'dispute',
  provider: 'stripe',
  eventId: 'reconciliation:dp_1',
  occurredAt: 1_000,
  disputeId,
  paymentId: 'pi_1',
  status,
  amount: 1_900,
  currency: 'USD',
});

describe('a refund', () => {
  it('is news where it comes to more than we know', () => {
    expect(compareRefund(refund(500), known())).toBeUndefined();
    expect(compareRefund(refund(501), known())?.type).toBe('refund_unknown');
    expect(compareRefund(refund(1_900), known({ item: { ...ITEM, status: 'refunded' } }))).toBeUndefined();
  });

  it('never comes to more than was paid', () => {
    expect(compareRefund(refund(5_000), known({ item: { ...ITEM, refundedAmount: 1_900 } }))).toBeUndefined();
  });

  it('of what is about to be known is told with it', () => {
    expect(compareRefund(refund(1), known({ item: undefined, isAboutToBeKnown: true }))?.type).toBe('refund_unknown');
    expect(compareRefund(refund(1), known({ item: undefined }))).toBeUndefined();
  });

  it('by hand settles money that came too late', () => {
    const attempt = {
      uuid: 'attempt',
      status: 'refund_due',
      purpose: 'upsell',
      amount: 1_900,
      currency: 'USD',
      references: {},
      command: { kind: 'one_click' } as ChargeCommand,
    } as const;
    expect(compareRefund(refund(1_900), known({ item: undefined, attempt }))?.ourId).toBe('attempt');
    expect(compareRefund(refund(1_899), known({ item: undefined, attempt }))).toBeUndefined();
  });
});

describe('a dispute', () => {
  it.each<[string, DisputeFact['status'], boolean]>([
    ['dp_new', 'open', true],
    ['dp_new', 'warning', false],
    ['dp_open', 'open', false],
    ['dp_open', 'lost', true],
    ['dp_won', 'open', false],
    ['dp_won', 'lost', false],
  ])('%s that is %s is news: %s', (disputeId, status, isNews) => {
    expect(compareDispute(dispute(disputeId, status), known()) !== undefined).toBe(isNews);
  });

  it('of a payment that is nobody’s is none', () => {
    expect(compareDispute(dispute('dp_new', 'open'), known({ item: undefined }))).toBeUndefined();
  });
});
