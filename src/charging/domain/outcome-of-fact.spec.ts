import { describe, expect, it } from 'vitest';
import { attemptOf, ONE_CLICK } from '../../../test/integration/charging/attempts.js';
import type { ChargeCommand, ChargeKind, CheckoutFact, PaymentFact } from '../../billing-providers/index.js';
import {
  computeToldByFact,
  isLaterPaymentOfPlan,
  isOfAnotherCustomer,
  isOfAnotherProduct,
  isSecondPayment,
} from './outcome-of-fact.js';

const AT = 1_768_467_600;
const ORIGIN = { provider: 'stripe', eventId: 'evt_1', occurredAt: AT } as const;
const LABELS = { attemptId: null, offerUuid: null, groupId: null };

const payment = (change: PaymentFact['change'], changes: Partial<PaymentFact> = {}): PaymentFact => ({
  ...ORIGIN,
  ...LABELS,
  kind: 'payment',
  change,
  paymentId: 'pi_1',
  customerId: 'cus_1',
  amount: 4_900,
  currency: 'BRL',
  methodKind: 'card',
  subscriptionId: null,
  priceIds: [],
  ...changes,
});

const checkout = (change: CheckoutFact['change'], changes: Partial<CheckoutFact> = {}): CheckoutFact => ({
  ...ORIGIN,
  ...LABELS,
  kind: 'checkout',
  change,
  checkoutId: 'cs_1',
  mode: 'payment',
  paid: true,
  paymentId: 'pi_1',
  subscriptionId: null,
  customerId: 'cus_1',
  amount: 4_900,
  currency: 'BRL',
  ...changes,
});

const told = (kind: ChargeKind, fact: PaymentFact | CheckoutFact, expiresAt: Date | null = null) =>
  computeToldByFact({ kind, expiresAt }, fact);

const references = { paymentId: 'pi_1' };
const succeeded = { status: 'succeeded', references, amount: 4_900, currency: 'BRL', method: { kind: 'card' } };

describe('an event about the payment of an attempt', () => {
  it.each(['one_click', 'pix', 'start_plan', 'change_plan'] as const)('is its outcome: %s', (kind) => {
    expect(told(kind, payment('succeeded'))).toEqual(succeeded);
    expect(told(kind, payment('processing'))).toEqual({ status: 'pending', references });
    expect(told(kind, payment('canceled'))).toEqual({ status: 'canceled', references });
    expect(told(kind, payment('requires_action'))).toBeUndefined();
    const failure = { code: 'insufficient_funds', providerCode: 'insufficient_funds' } as const;
    expect(told(kind, payment('failed', { failure }))).toEqual({ status: 'failed', references, failure });
    expect(told(kind, payment('failed'))).toEqual({
      status: 'failed',
      references,
      failure: { code: 'provider_refused' },
    });
  });

  it('names the subscription that it has begun', () => {
    expect(told('start_plan', payment('succeeded', { subscriptionId: 'sub_1' }))).toMatchObject({
      references: { paymentId: 'pi_1', subscriptionId: 'sub_1' },
    });
  });

  it('ends a checkout only by success: until then the customer may take another card', () => {
    expect(told('checkout', payment('succeeded'))).toEqual(succeeded);
    for (const change of ['failed', 'processing', 'requires_action', 'canceled'] as const) {
      expect(told('checkout', payment(change))).toBeUndefined();
    }
  });

  it('says of a Pix code that it has expired, when it comes after its time', () => {
    const expiresAt = new Date(AT * 1_000);
    for (const change of ['failed', 'canceled'] as const) {
      expect(told('pix', payment(change), expiresAt)).toEqual({ status: 'expired', references });
      expect(told('pix', payment(change, { occurredAt: AT - 1 }), expiresAt)).toMatchObject({ status: change });
      expect(told('one_click', payment(change), expiresAt)).toMatchObject({ status: change });
    }
  });

  it('says nothing of a refund: the payment is another’s', () => {
    expect(told('refund', payment('succeeded'))).toBeUndefined();
    expect(told('refund', checkout('completed'))).toBeUndefined();
  });
});

describe('an event about the page of an attempt', () => {
  const both = { checkoutId: 'cs_1', paymentId: 'pi_1' };

  it('is its outcome once money has arrived', () => {
    const paid = { status: 'succeeded', references: both, amount: 4_900, currency: 'BRL' };
    expect(told('checkout', checkout('completed'))).toEqual(paid);
    expect(told('checkout', checkout('async_payment_succeeded', { paid: false }))).toEqual(paid);
    expect(told('checkout', checkout('completed', { paid: false }))).toEqual({ status: 'pending', references: both });
  });

  it('knows the subscription that was started', () => {
    const fact = checkout('completed', { mode: 'subscription', paymentId: 'in_1', subscriptionId: 'sub_1' });
    expect(told('checkout', fact)).toMatchObject({
      references: { checkoutId: 'cs_1', paymentId: 'in_1', subscriptionId: 'sub_1' },
    });
  });

  it('ends it when the page or its payment ends', () => {
    expect(told('checkout', checkout('expired', { paymentId: null }))).toEqual({
      status: 'expired',
      references: { checkoutId: 'cs_1' },
    });
    expect(told('checkout', checkout('async_payment_failed'))).toMatchObject({
      status: 'failed',
      failure: { code: 'provider_refused' },
    });
  });

  it.each(['one_click', 'pix', 'start_plan', 'change_plan'] as const)('says nothing of %s', (kind) => {
    expect(told(kind, checkout('completed'))).toBeUndefined();
  });
});

describe('a second payment of one attempt', () => {
  const paid = attemptOf({ status: 'succeeded', references });
  const other = payment('succeeded', { paymentId: 'pi_2' });

  it('is seen', () => expect(isSecondPayment(paid, other)).toBe(true));

  it.each(['refund_due', 'refunded'] as const)('is seen where the first was not wanted: %s', (status) => {
    expect(isSecondPayment({ ...paid, status }, other)).toBe(true);
  });

  it('is seen on a page too, but for a plan’s', () => {
    const page = {
      kind: 'checkout',
      amount: 4_900,
      currency: 'BRL',
      customerId: 'cus_1',
      description: 'Colour grading',
      metadata: {},
      methods: ['card'],
      successUrl: '',
      cancelUrl: '',
      expiresAt: 0,
    } satisfies ChargeCommand;
    expect(isSecondPayment({ ...paid, command: page }, other)).toBe(true);
    expect(isSecondPayment({ ...paid, command: { ...page, planPriceId: 'price_1' } }, other)).toBe(false);
  });

  it('is not what the same payment says again, nor anything but success', () => {
    expect(isSecondPayment(paid, payment('succeeded'))).toBe(false);
    expect(isSecondPayment(paid, payment('canceled', { paymentId: 'pi_2' }))).toBe(false);
    expect(isSecondPayment(paid, checkout('completed', { paymentId: 'pi_2' }))).toBe(false);
    expect(isSecondPayment(attemptOf({ status: 'pending', references }), other)).toBe(false);
    expect(isSecondPayment(attemptOf({ status: 'succeeded' }), other)).toBe(false);
  });

  it('is not the invoice and the payment of one plan', () => {
    const command = { ...ONE_CLICK, kind: 'start_plan', planPriceId: 'price_1' } as const;
    expect(isSecondPayment({ ...paid, command }, other)).toBe(false);
  });
});

describe('a later payment of a subscription', () => {
  const START = { ...ONE_CLICK, kind: 'start_plan', planPriceId: 'price_1' } as const;
  const started = attemptOf({ status: 'succeeded', references, command: START });
  const renewal = payment('succeeded', { paymentId: 'pi_2', subscriptionId: 'sub_1' });

  it('is not its attempt’s, whether it was paid or not', () => {
    expect(isLaterPaymentOfPlan(started, renewal)).toBe(true);
    expect(isLaterPaymentOfPlan(started, { ...renewal, change: 'failed' })).toBe(true);
    expect(isLaterPaymentOfPlan({ ...started, status: 'refund_due' }, renewal)).toBe(true);
    expect(isLaterPaymentOfPlan({ ...started, references: {} }, renewal)).toBe(true);
  });

  it('is not the first one, told again, nor one of an attempt that has not succeeded', () => {
    expect(isLaterPaymentOfPlan(started, { ...renewal, paymentId: 'pi_1' })).toBe(false);
    expect(isLaterPaymentOfPlan({ ...started, status: 'expired' }, renewal)).toBe(false);
    expect(isLaterPaymentOfPlan({ ...started, status: 'pending' }, renewal)).toBe(false);
  });

  it('is nothing that is bought once', () => {
    expect(isLaterPaymentOfPlan(attemptOf({ status: 'succeeded', references }), renewal)).toBe(false);
    expect(isLaterPaymentOfPlan(started, { ...renewal, subscriptionId: null })).toBe(false);
  });
});

describe('a payment with the attempt of another customer in its metadata', () => {
  const stranger = { customerId: 'cus_2', paymentId: 'pi_2' };

  it.each(['succeeded', 'failed', 'canceled', 'processing'] as const)('is not its: %s', (change) => {
    expect(isOfAnotherCustomer(attemptOf(), payment(change, stranger))).toBe(true);
    expect(isOfAnotherCustomer(attemptOf({ references }), payment(change, { ...stranger, customerId: null }))).toBe(
      true,
    );
  });

  it('is not its by a page either', () => {
    const page = checkout('completed', { ...stranger, checkoutId: 'cs_2' });
    expect(isOfAnotherCustomer(attemptOf({ references: { checkoutId: 'cs_1' } }), page)).toBe(true);
  });

  it('is its own where the customer is, or where the provider gave us its id', () => {
    expect(isOfAnotherCustomer(attemptOf(), payment('succeeded'))).toBe(false);
    expect(isOfAnotherCustomer(attemptOf({ references }), payment('succeeded', { customerId: null }))).toBe(false);
    const page = checkout('completed', { ...stranger, checkoutId: 'cs_1' });
    expect(isOfAnotherCustomer(attemptOf({ references: { checkoutId: 'cs_1' } }), page)).toBe(false);
  });
});

describe('a payment of another product', () => {
  const attempt = attemptOf({ command: { ...ONE_CLICK, productPriceId: 'pdt_course' } });
  const of = (...priceIds: string[]) => payment('succeeded', { priceIds });

  it('is none of the attempt’s, whatever it names', () => {
    expect(isOfAnotherProduct(attempt, of('pdt_sticker'))).toBe(true);
  });

  it('is told by its products alone, and never of what answered our own call', () => {
    expect(isOfAnotherProduct(attempt, of('pdt_other', 'pdt_course'))).toBe(false);
    expect(isOfAnotherProduct(attempt, of())).toBe(false);
    expect(isOfAnotherProduct(attemptOf(), of('pdt_sticker'))).toBe(false);
    expect(isOfAnotherProduct({ ...attempt, references }, of('pdt_sticker'))).toBe(false);
    expect(isOfAnotherProduct(attempt, checkout('completed'))).toBe(false);
  });
});
