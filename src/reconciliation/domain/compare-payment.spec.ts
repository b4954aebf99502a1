import { describe, expect, it } from 'vitest';
import type { ChargeCommand, CheckoutFact, FoundPayment, PaymentFact } from '../../billing-providers/index.js';
import type { AttemptStatus } from '../../charging/index.js';
import { compareFound, comparePayment, type ComparedAttempt, type KnownOfPayment } from './compare-payment.js';

const payment = (change: Partial<PaymentFact> = {}): PaymentFact => ({
  kind: 'payment',
  provider: 'stripe',
  eventId: 'reconciliation:pi_1',
  occurredAt: 1_000,
  change: 'succeeded',
  paymentId: 'pi_1',
  customerId: 'cus_1',
  amount: 1_900,
  currency: 'USD',
  methodKind: 'card',
  subscriptionId: null,
  priceIds: [],
  attemptId: null,
  offerUuid: null,
  groupId: null,
  ...change,
});

const page = (change: Partial<CheckoutFact> = {}): CheckoutFact => ({
  kind: 'checkout',
  provider: 'stripe',
  eventId: 'reconciliation:cs_1',
  occurredAt: 1_000,
  change: 'completed',
  checkoutId: 'cs_1',
  mode: 'payment',
  paid: true,
  paymentId: 'pi_1',
  subscriptionId: null,
  customerId: 'cus_1',
  amount: 1_900,
  currency: 'USD',
  attemptId: null,
  offerUuid: null,
  groupId: null,
  ...change,
});

const attempt = (status: AttemptStatus, change: Partial<ComparedAttempt> = {}): ComparedAttempt => ({
  uuid: 'attempt',
  status,
  purpose: 'upsell',
  amount: 1_900,
  currency: 'USD',
  references: { paymentId: 'pi_1' },
  command: { kind: 'one_click', amount: 1_900, currency: 'USD' } as ChargeCommand,
  ...change,
});

const known = (change: Partial<KnownOfPayment> = {}): KnownOfPayment => ({
  attempt: undefined,
  isSale: false,
  isOurCustomer: true,
  namesProducts: true,
  subscriptionBeganAt: undefined,
  ...change,
});

function verdict(fact: PaymentFact | CheckoutFact, what: Partial<KnownOfPayment>): string {
  const answer = comparePayment(fact, known(what));
  return answer.kind === 'different' ? answer.difference.type : answer.kind;
}

describe('a payment with an attempt of ours', () => {
  it.each<[AttemptStatus, string]>([
    ['succeeded', 'same'],
    ['refund_due', 'same'],
    ['refunded', 'same'],
    ['claimed', 'charge_outcome'],
    ['sent', 'charge_outcome'],
    ['unknown', 'charge_outcome'],
    ['requires_action', 'charge_outcome'],
    ['pending', 'charge_outcome'],
    ['failed', 'charge_outcome'],
    ['expired', 'charge_outcome'],
    ['canceled', 'charge_outcome'],
  ])('that is %s, and was paid: %s', (status, expected) => {
    expect(verdict(payment(), { attempt: attempt(status) })).toBe(expected);
    expect(verdict(page(), { attempt: attempt(status) })).toBe(expected);
  });

  it('and failed at the provider', () => {
    const failed = payment({ change: 'failed' });
    expect(verdict(failed, { attempt: attempt('succeeded') })).toBe('charge_not_succeeded');
    expect(verdict(failed, { attempt: attempt('unknown') })).toBe('charge_outcome');
    expect(verdict(failed, { attempt: attempt('failed') })).toBe('same');
    expect(verdict(payment({ change: 'processing' }), { attempt: attempt('sent') })).toBe('same');
  });

  it('of another amount, or of a second payment, is asked about', () => {
    expect(verdict(payment({ amount: 2_000 }), { attempt: attempt('succeeded') })).toBe('charge_amount');
    expect(verdict(payment({ currency: 'EUR' }), { attempt: attempt('succeeded') })).toBe('charge_amount');
    expect(verdict(payment({ paymentId: 'pi_2' }), { attempt: attempt('succeeded') })).toBe('charge_paid_twice');
  });

  it('is no second one where it is a renewal of the plan that was started', () => {
    const started = attempt('succeeded', {
      command: { kind: 'start_plan', amount: 1, currency: 'USD' } as ChargeCommand,
    });
    expect(verdict(payment({ paymentId: 'pi_2', subscriptionId: 'sub_1' }), { attempt: started })).toBe('same');
  });
});

describe('a payment without one', () => {
  it('of a stranger is foreign', () => {
    expect(verdict(payment(), { isOurCustomer: false })).toBe('foreign');
    expect(verdict(payment({ offerUuid: 'offer' }), { isOurCustomer: false })).toBe('foreign');
  });

  it('that is a sale, was not paid, or says nothing of ours is the same', () => {
    expect(verdict(payment({ offerUuid: 'offer' }), { isSale: true })).toBe('same');
    expect(verdict(payment({ change: 'failed', offerUuid: 'offer' }), {})).toBe('same');
    expect(verdict(payment(), {})).toBe('same');
    expect(verdict(page({ paid: false }), {})).toBe('same');
  });

  it('that may have bought an offer is looked at', () => {
    expect(verdict(payment({ offerUuid: 'offer' }), {})).toBe('look');
    expect(verdict(payment(), { namesProducts: false })).toBe('look');
    expect(verdict(page(), {})).toBe('look');
  });

  it('that renews a subscription is not', () => {
    const renewal = payment({ subscriptionId: 'sub_1', occurredAt: 200_000 });
    expect(verdict(renewal, { namesProducts: false, subscriptionBeganAt: 1_000 })).toBe('same');
    expect(verdict(renewal, { namesProducts: false, subscriptionBeganAt: 199_990 })).toBe('look');
  });

  it('that names an attempt which is not here is asked about', () => {
    expect(verdict(payment({ attemptId: 'gone' }), {})).toBe('charge_unknown_attempt');
    expect(verdict(payment({ attemptId: 'gone' }), { isOurCustomer: false })).toBe('charge_unknown_attempt');
  });
});

const FOUND: FoundPayment = {
  paymentId: 'pi_1',
  checkoutId: null,
  customerId: 'cus_1',
  paid: true,
  isRefunded: false,
  refundedAmount: 0,
  createdAt: 1_000,
  amount: 1_900,
  currency: 'USD',
  method: { kind: 'card' },
  priceIds: [],
  isRecurring: false,
  attemptId: null,
  offerUuid: 'offer',
  groupId: null,
};

describe('a payment that was read', () => {
  const OURS = { isSale: false, isOurCustomer: true, namesOurOffer: true, hasOurPrice: false };

  it('is a sale that nobody told of', () => {
    expect(compareFound(FOUND, OURS)?.type).toBe('sale_unknown');
    expect(compareFound(FOUND, { ...OURS, namesOurOffer: undefined, hasOurPrice: true })?.type).toBe('sale_unknown');
  });

  it('names an offer that is none of ours', () => {
    expect(compareFound(FOUND, { ...OURS, namesOurOffer: false })?.type).toBe('sale_refused');
  });

  it.each<[string, Partial<FoundPayment>, Partial<typeof OURS>]>([
    ['is not paid', { paid: false }, {}],
    ['is given back', { isRefunded: true }, {}],
    ['is a renewal', { isRecurring: true }, {}],
    ['is our own charge', { attemptId: 'attempt' }, {}],
    ['is a sale already', {}, { isSale: true }],
    ['is of a stranger', {}, { isOurCustomer: false }],
  ])('%s, and no sale', (_what, change, what) => {
    expect(compareFound({ ...FOUND, ...change }, { ...OURS, ...what })).toBeUndefined();
  });
});
