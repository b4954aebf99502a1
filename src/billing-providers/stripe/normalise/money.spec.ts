import { describe, expect, it } from 'vitest';
import {
  ATTEMPT,
  charge,
  checkoutSession,
  dispute,
  OFFER,
  paymentIntent,
  pixAction,
} from '../../../../test/support/stripe-money-payloads.js';
import { bytesOf, CREATED, event, type Json } from '../../../../test/support/stripe-payloads.js';
import type { CheckoutFact, DisputeFact, MoneyFact, PaymentFact } from '../../domain/payment-facts.js';
import { UnreadablePayloadError } from '../../domain/provider-event.js';
import { normaliseEvent } from './event.js';

const normalise = (type: string, object: unknown) => normaliseEvent(bytesOf(event(type, object)));

function factOf(type: string, object: unknown): MoneyFact {
  const normalised = normalise(type, object);
  if (normalised.kind !== 'money') throw new Error(`not a fact of money: ${normalised.kind}`);
  return normalised.fact;
}

const ORIGIN = { provider: 'stripe', eventId: 'evt_1', occurredAt: CREATED };
const LABELS = { attemptId: ATTEMPT, offerUuid: OFFER, groupId: 'team-7' };
const paymentOf = (more: Json, type = 'payment_intent.succeeded') => factOf(type, paymentIntent(more)) as PaymentFact;
const checkoutOf = (more: Json, type = 'checkout.session.completed') =>
  factOf(type, checkoutSession(more)) as CheckoutFact;

describe('a payment event', () => {
  it('becomes a fact with its labels', () => {
    expect(factOf('payment_intent.succeeded', paymentIntent({ amount_received: 4_000 }))).toEqual({
      kind: 'payment',
      ...ORIGIN,
      ...LABELS,
      change: 'succeeded',
      paymentId: 'pi_1',
      customerId: 'cus_1',
      amount: 4_000,
      currency: 'BRL',
      methodKind: 'card',
      subscriptionId: null,
      priceIds: [],
    });
  });

  it.each([
    ['payment_intent.succeeded', 'succeeded'],
    ['payment_intent.payment_failed', 'failed'],
    ['payment_intent.processing', 'processing'],
    ['payment_intent.requires_action', 'requires_action'],
    ['payment_intent.canceled', 'canceled'],
  ])('of %s is the change %s', (type, change) => {
    expect(paymentOf({}, type)).toMatchObject({ change, amount: 4_990 });
  });

  it('tells what was asked for until something was received', () => {
    expect(paymentOf({ amount_received: 0 }, 'payment_intent.processing').amount).toBe(4_990);
  });

  it('tells why it failed, and only then', () => {
    const last_payment_error = { code: 'card_declined', decline_code: 'insufficient_funds' };
    expect(paymentOf({ last_payment_error }, 'payment_intent.payment_failed').failure).toEqual({
      code: 'insufficient_funds',
      providerCode: 'insufficient_funds',
    });
    expect(paymentOf({}, 'payment_intent.payment_failed').failure).toEqual({ code: 'card_declined' });
    expect(paymentOf({ last_payment_error }).failure).toBeUndefined();
  });

  it('tells of a Pix that nobody paid', () => {
    const last_payment_error = { code: 'payment_intent_payment_attempt_expired', payment_method: { type: 'pix' } };
    const fact = paymentOf(
      { last_payment_error, payment_method_types: ['card', 'pix'] },
      'payment_intent.payment_failed',
    );
    expect(fact).toMatchObject({
      change: 'failed',
      methodKind: 'pix',
      failure: { code: 'provider_refused', providerCode: 'payment_intent_payment_attempt_expired' },
    });
  });

  it.each([
    ['one type', { payment_method_types: ['pix'] }, 'pix'],
    ['a type that we do not know', { payment_method_types: ['boleto'] }, 'other'],
    ['several types', { payment_method_types: ['card', 'pix'] }, 'other'],
    ['no types', { payment_method_types: undefined }, 'other'],
    ['an expanded method', { payment_method: { id: 'pm_1', type: 'card' }, payment_method_types: [] }, 'card'],
    ['a code to pay', { next_action: pixAction(), payment_method_types: ['card', 'pix'] }, 'pix'],
  ])('tells the kind of method from %s', (_name, more, kind) => {
    expect(paymentOf(more).methodKind).toBe(kind);
  });

  it.each([
    ['no customer', { customer: null }, { customerId: null }],
    ['an expanded customer', { customer: { id: 'cus_9' } }, { customerId: 'cus_9' }],
    ['no labels', { metadata: null }, { attemptId: null, offerUuid: null, groupId: null }],
    ['labels that are none', { metadata: { uplift_attempt: 7, offer_uuid: '' } }, { attemptId: null, offerUuid: null }],
    ['an attempt that is not ours', { metadata: { uplift_attempt: 'mine' } }, { attemptId: null }],
    ['an attempt in capitals', { metadata: { uplift_attempt: ATTEMPT.toUpperCase() } }, { attemptId: ATTEMPT }],
    ['an odd offer', { metadata: { offer_uuid: 'the blue one' } }, { offerUuid: 'the blue one' }],
    ['an offer that cannot be stored', { metadata: { offer_uuid: 'a\u0000' } }, { offerUuid: null }],
  ])('may have %s', (_name, more, expected) => {
    expect(paymentOf(more)).toMatchObject(expected);
  });
});

describe('a checkout event', () => {
  it('becomes a fact with its labels', () => {
    expect(factOf('checkout.session.completed', checkoutSession())).toEqual({
      kind: 'checkout',
      ...ORIGIN,
      ...LABELS,
      change: 'completed',
      checkoutId: 'cs_1',
      mode: 'payment',
      paid: true,
      paymentId: 'pi_1',
      subscriptionId: null,
      customerId: 'cus_1',
      amount: 4_990,
      currency: 'BRL',
    });
  });

  it.each([
    ['checkout.session.completed', 'completed'],
    ['checkout.session.async_payment_succeeded', 'async_payment_succeeded'],
    ['checkout.session.async_payment_failed', 'async_payment_failed'],
    ['checkout.session.expired', 'expired'],
  ])('of %s is the change %s', (type, change) => {
    expect(checkoutOf({}, type).change).toBe(change);
  });

  it.each([
    ['paid', true],
    ['unpaid', false],
    ['no_payment_required', false],
    ['a word of tomorrow', false],
  ])('is money only when it is paid: %s', (payment_status, paid) => {
    expect(checkoutOf({ payment_status }).paid).toBe(paid);
  });

  it('of a subscription is paid by its first invoice', () => {
    const session = { mode: 'subscription', payment_intent: null, invoice: 'in_1', subscription: { id: 'sub_1' } };
    expect(checkoutOf(session)).toMatchObject({ mode: 'subscription', paymentId: 'in_1', subscriptionId: 'sub_1' });
    expect(checkoutOf({ ...session, invoice: null })).toMatchObject({ paymentId: null });
  });

  it('that only saves a card moves no money', () => {
    const session = checkoutSession({ mode: 'setup', currency: null, amount_total: null });
    expect(normalise('checkout.session.completed', session).kind).toBe('unsupported');
  });
});

describe('a refund event', () => {
  it('tells all refunds of the payment together', () => {
    expect(factOf('charge.refunded', charge())).toEqual({
      kind: 'refund',
      ...ORIGIN,
      paymentId: 'pi_1',
      refundId: null,
      refundedAmount: 1_000,
      amount: 4_990,
      currency: 'BRL',
    });
  });

  it('of a charge without a payment is nobody’s', () => {
    expect(normalise('charge.refunded', charge({ payment_intent: null })).kind).toBe('unsupported');
  });
});

describe('a dispute event', () => {
  it.each([
    ['warning_needs_response', 'warning'],
    ['warning_under_review', 'warning'],
    ['warning_closed', 'warning'],
    ['prevented', 'warning'],
    ['needs_response', 'open'],
    ['under_review', 'open'],
    ['appeal_under_review', 'open'],
    ['won', 'won'],
    ['lost', 'lost'],
  ])('with %s is %s', (word, status) => {
    expect((factOf('charge.dispute.updated', dispute({ status: word })) as DisputeFact).status).toBe(status);
  });

  it.each(['charge.dispute.created', 'charge.dispute.updated', 'charge.dispute.closed'])(
    'becomes a fact: %s',
    (type) => {
      expect(factOf(type, dispute())).toEqual({
        kind: 'dispute',
        ...ORIGIN,
        disputeId: 'du_1',
        paymentId: 'pi_1',
        status: 'open',
        amount: 4_990,
        currency: 'BRL',
      });
    },
  );

  it('of a charge without a payment is nobody’s', () => {
    expect(normalise('charge.dispute.created', dispute({ payment_intent: null })).kind).toBe('unsupported');
  });
});

describe('a payload of money makes no sense', () => {
  it.each([
    ['payment_intent.succeeded', paymentIntent({ id: undefined })],
    ['payment_intent.succeeded', paymentIntent({ amount_received: '4990' })],
    ['payment_intent.processing', paymentIntent({ amount: 0.5 })],
    ['payment_intent.succeeded', paymentIntent({ currency: 'reais' })],
    ['payment_intent.succeeded', paymentIntent({ customer: 7 })],
    ['payment_intent.succeeded', paymentIntent({ id: 'pi_\u0000' })],
    ['checkout.session.completed', checkoutSession({ id: null })],
    ['checkout.session.completed', checkoutSession({ mode: 'barter' })],
    ['checkout.session.completed', checkoutSession({ payment_status: null })],
    ['checkout.session.completed', checkoutSession({ amount_total: null })],
    ['checkout.session.completed', checkoutSession({ currency: null })],
    ['charge.refunded', charge({ amount_refunded: null })],
    ['charge.refunded', charge({ payment_intent: 7 })],
    ['charge.dispute.created', dispute({ id: '' })],
    ['charge.dispute.created', dispute({ status: 'a word of tomorrow' })],
  ])('%s: %j', (type, object) => {
    expect(() => normalise(type, object)).toThrow(UnreadablePayloadError);
  });
});
