import type { ChargeFailure, PaymentMethodKind } from '../../domain/charge.js';
import type { PaymentFact } from '../../domain/payment-facts.js';
import { labelsOf } from '../../payload/labels.js';
import { currencyAt } from '../../payload/money-fields.js';
import { requireIds, type Normalised, type Origin } from '../../payload/normalised.js';
import { integerAt, objectAt, objectsAt, textAt, tryRead, valueAt, type JsonObject } from '../../payload/read-json.js';
import { toChargeFailure } from '../payments/failure.js';
import { toMethodKind } from '../payments/method.js';
import { optionalTextAt } from './fields.js';

type Change = PaymentFact['change'];

const CHANGES: ReadonlyMap<string, Change> = new Map<string, Change>([
  ['succeeded', 'succeeded'],
  ['failed', 'failed'],
  ['cancelled', 'canceled'],
  ['processing', 'processing'],
  ['requires_customer_action', 'requires_action'],
]);

/** docs.dodopayments.com/developer-resources/webhooks/intents/payment */
export function normalisePayment(origin: Origin, told: Change, payment: JsonObject): Normalised {
  return requireIds((): Normalised => {
    const labels = labelsOf(valueAt(payment, 'metadata'));
    const amount = integerAt(payment, 'total_amount');
    // A card that is exchanged, with what a subscription owes, and a trial's page: nothing is bought.
    if (valueAt(payment, 'is_update_payment_method') === true) return { kind: 'unsupported' };
    if (amount === 0 && labels.attemptId === null) return { kind: 'unsupported' };
    const change = toChange(told, payment);
    return {
      kind: 'money',
      fact: {
        kind: 'payment',
        provider: 'dodo',
        ...origin,
        change,
        paymentId: textAt(payment, 'payment_id'),
        customerId: textAt(objectAt(payment, 'customer'), 'customer_id'),
        amount,
        currency: currencyAt(payment, 'currency'),
        methodKind: methodKindOf(payment),
        subscriptionId: optionalTextAt(payment, 'subscription_id'),
        priceIds: priceIdsOf(payment),
        ...labels,
        ...(change === 'failed' ? { failure: failureOf(payment) } : {}),
      },
    };
  });
}

/**
 * The payment is as it was at delivery, so a late `payment.processing` may speak of money that has moved. Its own status goes
 * before the event's type; one that we do not know is no proof of money.
 */
function toChange(told: Change, payment: JsonObject): Change {
  const status = valueAt(payment, 'status');
  if (status === undefined) return told;
  const change = typeof status === 'string' ? CHANGES.get(status) : undefined;
  return change ?? (told === 'succeeded' ? 'processing' : told);
}

/** Null for payments of a subscription. */
function priceIdsOf(payment: JsonObject): readonly string[] {
  if (valueAt(payment, 'product_cart') === undefined) return [];
  return objectsAt(payment, 'product_cart').map((item) => textAt(item, 'product_id'));
}

const methodKindOf = (payment: JsonObject): PaymentMethodKind =>
  toMethodKind({
    payment_method: textOrNone(payment, 'payment_method'),
    payment_method_type: textOrNone(payment, 'payment_method_type'),
    card_last_four: textOrNone(payment, 'card_last_four'),
    card_network: textOrNone(payment, 'card_network'),
  });

const failureOf = (payment: JsonObject): ChargeFailure => toChargeFailure(textOrNone(payment, 'error_code'));

const textOrNone = (payment: JsonObject, key: string): string | undefined => tryRead(() => textAt(payment, key));
