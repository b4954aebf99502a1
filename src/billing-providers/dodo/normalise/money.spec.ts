import { describe, expect, it } from 'vitest';
import type { DodoPayments } from 'dodopayments';
import {
  DODO_ATTEMPT,
  DODO_OFFER,
  DODO_SECONDS,
  dodoBytes,
  dodoDispute,
  dodoEvent,
  dodoPayment,
  dodoRefund,
} from '../../../../test/support/dodo-payloads.js';
import type { DisputeFact, MoneyFact, PaymentFact } from '../../domain/payment-facts.js';
import { UnreadablePayloadError } from '../../domain/provider-event.js';
import { normaliseEvent } from './event.js';

const normalise = (type: string, data: unknown) => normaliseEvent(dodoBytes(dodoEvent(type, data)), 'msg_1');

function factOf(type: string, data: unknown): MoneyFact {
  const normalised = normalise(type, data);
  if (normalised.kind !== 'money') throw new Error(`not a fact of money: ${normalised.kind}`);
  return normalised.fact;
}

const ORIGIN = { provider: 'dodo', eventId: 'msg_1', occurredAt: DODO_SECONDS };
const LABELS = { attemptId: DODO_ATTEMPT, offerUuid: DODO_OFFER, groupId: 'team-7' };
const paymentOf = (more: Partial<DodoPayments.Payment> | Record<string, unknown>, type = 'payment.succeeded') =>
  factOf(type, { ...dodoPayment(), ...more }) as PaymentFact;

describe('a payment event', () => {
  it('becomes a fact with its labels', () => {
    expect(factOf('payment.succeeded', dodoPayment())).toEqual({
      kind: 'payment',
      ...ORIGIN,
      ...LABELS,
      change: 'succeeded',
      paymentId: 'pay_1',
      customerId: 'cus_1',
      amount: 4_990,
      currency: 'BRL',
      methodKind: 'card',
      subscriptionId: null,
      priceIds: ['pdt_1'],
    });
  });

  it('of a subscription names it, and no product', () => {
    const more = { subscription_id: 'sub_1', subscription_ids: ['sub_1'], product_cart: null };
    expect(paymentOf(more)).toMatchObject({ subscriptionId: 'sub_1', priceIds: [] });
  });

  it.each([
    ['payment.succeeded', 'succeeded', 'succeeded'],
    ['payment.failed', 'failed', 'failed'],
    ['payment.processing', 'processing', 'processing'],
    ['payment.cancelled', 'cancelled', 'canceled'],
    // Delivered late: the payment has gone on meanwhile.
    ['payment.processing', 'succeeded', 'succeeded'],
    ['payment.failed', 'succeeded', 'succeeded'],
    ['payment.processing', 'failed', 'failed'],
    ['payment.processing', 'requires_customer_action', 'requires_action'],
    // What does not say that it was paid, or says it in a word that we do not know, is no money.
    ['payment.succeeded', 'failed', 'failed'],
    ['payment.succeeded', 'partially_captured', 'processing'],
    ['payment.succeeded', 'a word of tomorrow', 'processing'],
    ['payment.failed', 'a word of tomorrow', 'failed'],
    ['payment.succeeded', null, 'succeeded'],
    ['payment.failed', null, 'failed'],
  ])('of %s with a payment that is %s is the change %s', (type, status, change) => {
    expect(paymentOf({ status }, type)).toMatchObject({ change, amount: 4_990 });
  });

  it('tells why it failed, and only then', () => {
    const failed = { status: 'failed', error_code: 'INSUFFICIENT_FUNDS', error_message: 'secret' };
    expect(paymentOf(failed, 'payment.failed').failure).toEqual({
      code: 'insufficient_funds',
      providerCode: 'INSUFFICIENT_FUNDS',
    });
    expect(paymentOf({ ...failed, error_code: null }, 'payment.failed').failure).toEqual({ code: 'card_declined' });
    expect(paymentOf({ error_code: 'INSUFFICIENT_FUNDS' }).failure).toBeUndefined();
    expect(JSON.stringify(paymentOf(failed, 'payment.failed'))).not.toContain('secret');
  });

  const without = { card_last_four: null, card_network: null, payment_method: null, payment_method_type: null };
  it.each([
    ['digits alone', { ...without, card_last_four: '4242' }, 'card'],
    ['a network alone', { ...without, card_network: 'VISA' }, 'card'],
    ['a word alone', { ...without, payment_method: 'card' }, 'card'],
    ['a wallet', { ...without, payment_method: 'wallet', payment_method_type: 'apple_pay' }, 'other'],
    ['Pix', { ...without, payment_method: 'bank_transfer', payment_method_type: 'pix' }, 'pix'],
    ['nothing', without, 'other'],
    ['something else', { ...without, payment_method: 7, card_network: {} }, 'other'],
  ])('tells the kind of method from %s', (_name, more, kind) => {
    expect(paymentOf(more).methodKind).toBe(kind);
  });

  it.each([
    ['no labels', { metadata: null }, { attemptId: null, offerUuid: null, groupId: null }],
    [
      'labels that are none',
      { metadata: { uplift_attempt: 7, offer_uuid: true } },
      { attemptId: null, offerUuid: null },
    ],
    ['an attempt that is not ours', { metadata: { uplift_attempt: 'mine' } }, { attemptId: null }],
    [
      'an attempt in capitals',
      { metadata: { uplift_attempt: DODO_ATTEMPT.toUpperCase() } },
      { attemptId: DODO_ATTEMPT },
    ],
    ['an odd offer', { metadata: { offer_uuid: 'the blue one' } }, { offerUuid: 'the blue one' }],
    ['a currency in small letters', { currency: 'usd' }, { currency: 'USD' }],
    ['an empty cart', { product_cart: [] }, { priceIds: [] }],
  ])('may have %s', (_name, more, expected) => {
    expect(paymentOf(more)).toMatchObject(expected);
  });

  it.each([
    ['a card that is exchanged', { is_update_payment_method: true, total_amount: 0 }],
    ['what was owed, with a new card', { is_update_payment_method: true, subscription_id: 'sub_1' }],
    ['nothing, for no attempt of ours', { total_amount: 0, metadata: {} }],
  ])('of %s sells nothing', (_name, more) => {
    expect(normalise('payment.succeeded', { ...dodoPayment(), ...more }).kind).toBe('unsupported');
  });

  it('of nothing that we asked for is told', () => {
    expect(paymentOf({ total_amount: 0 }).amount).toBe(0);
  });
});

describe('a refund event', () => {
  it('tells one refund, not all of them', () => {
    expect(factOf('refund.succeeded', dodoRefund())).toEqual({
      kind: 'refund',
      ...ORIGIN,
      paymentId: 'pay_1',
      refundId: 'ref_1',
      refundedAmount: null,
      amount: 1_000,
      currency: 'BRL',
    });
  });

  it('may leave the amount to the payment', () => {
    const refund = dodoRefund({ amount: null, currency: null, is_partial: false });
    expect(factOf('refund.succeeded', refund)).toMatchObject({ refundedAmount: null, amount: 0, currency: '' });
  });

  it('that failed gave nothing back', () => {
    expect(normalise('refund.failed', dodoRefund({ status: 'failed' })).kind).toBe('unsupported');
  });
});

describe('a dispute event', () => {
  it('becomes a fact', () => {
    expect(factOf('dispute.opened', dodoDispute())).toEqual({
      kind: 'dispute',
      ...ORIGIN,
      disputeId: 'dp_1',
      paymentId: 'pay_1',
      status: 'open',
      amount: 4_990,
      currency: 'BRL',
    });
  });

  it.each([
    ['dispute.opened', 'dispute_opened', 'open'],
    ['dispute.challenged', 'dispute_challenged', 'open'],
    ['dispute.expired', 'dispute_expired', 'open'],
    ['dispute.won', 'dispute_won', 'won'],
    ['dispute.cancelled', 'dispute_cancelled', 'won'],
    ['dispute.lost', 'dispute_lost', 'lost'],
    ['dispute.accepted', 'dispute_accepted', 'lost'],
    // Delivered late.
    ['dispute.opened', 'dispute_lost', 'lost'],
    ['dispute.challenged', 'dispute_won', 'won'],
    ['dispute.lost', 'a word of tomorrow', 'lost'],
    ['dispute.won', null, 'won'],
  ])('%s with %s is %s', (type, dispute_status, status) => {
    expect((factOf(type, { ...dodoDispute(), dispute_status }) as DisputeFact).status).toBe(status);
  });

  it('of an inquiry that expired took nothing', () => {
    const inquiry = dodoDispute({ dispute_stage: 'pre_dispute', dispute_status: 'dispute_expired' });
    expect((factOf('dispute.expired', inquiry) as DisputeFact).status).toBe('won');
  });
});

describe('a payload of money makes no sense', () => {
  it.each([
    ['payment.succeeded', { ...dodoPayment(), payment_id: undefined }],
    ['payment.succeeded', { ...dodoPayment(), total_amount: '4990' }],
    ['payment.succeeded', { ...dodoPayment(), total_amount: 0.5 }],
    ['payment.succeeded', { ...dodoPayment(), currency: 'reais' }],
    ['payment.succeeded', { ...dodoPayment(), customer: null }],
    ['payment.succeeded', { ...dodoPayment(), customer: { customer_id: 7 } }],
    ['payment.succeeded', { ...dodoPayment(), payment_id: 'pay_\u0000' }],
    ['payment.succeeded', { ...dodoPayment(), product_cart: [7] }],
    ['payment.succeeded', { ...dodoPayment(), product_cart: [{ quantity: 1 }] }],
    ['payment.succeeded', { ...dodoPayment(), subscription_id: 7 }],
    ['refund.succeeded', { ...dodoRefund(), payment_id: null }],
    ['refund.succeeded', { ...dodoRefund(), refund_id: '' }],
    ['refund.succeeded', { ...dodoRefund(), amount: '1000' }],
    ['dispute.opened', { ...dodoDispute(), dispute_id: '' }],
    ['dispute.opened', { ...dodoDispute(), amount: 4_990 }],
    ['dispute.opened', { ...dodoDispute(), amount: '49.90' }],
    ['dispute.opened', { ...dodoDispute(), currency: null }],
  ])('%s: %j', (type, data) => {
    expect(() => normalise(type, data)).toThrow(UnreadablePayloadError);
  });
});
