import type { ChargeFailure, PaymentMethodKind } from '../../domain/charge.js';
import type { PaymentFact } from '../../domain/payment-facts.js';
import { toChargeFailure } from '../payments/failure.js';
import { toMethodKind } from '../payments/method.js';
import { labelsOf } from '../../payload/labels.js';
import { currencyAt } from '../../payload/money-fields.js';
import { requireIds, type Normalised, type Origin } from '../../payload/normalised.js';
import {
  integerAt,
  isJsonObject,
  optionalIdAt,
  textAt,
  tryRead,
  valueAt,
  type JsonObject,
} from '../../payload/read-json.js';

/** docs.stripe.com/api/payment_intents/object */
export function normalisePayment(origin: Origin, change: PaymentFact['change'], intent: JsonObject): Normalised {
  return requireIds(() => ({
    kind: 'money',
    fact: {
      kind: 'payment',
      provider: 'stripe',
      ...origin,
      change,
      paymentId: textAt(intent, 'id'),
      customerId: optionalIdAt(intent, 'customer'),
      amount: integerAt(intent, change === 'succeeded' ? 'amount_received' : 'amount'),
      currency: currencyAt(intent, 'currency'),
      methodKind: methodKindOf(intent),
      // A payment intent does not name its invoice: what a subscription paid is told by the checkout, or read.
      subscriptionId: null,
      priceIds: [],
      ...labelsOf(valueAt(intent, 'metadata')),
      ...(change === 'failed' ? { failure: failureOf(intent) } : {}),
    },
  }));
}

/** A payment that could be made in several ways does not tell which it was: the method stands in another object. */
function methodKindOf(intent: JsonObject): PaymentMethodKind {
  if (objectOrNone(objectOrNone(intent, 'next_action'), 'pix_display_qr_code')) return 'pix';
  const failed = objectOrNone(objectOrNone(intent, 'last_payment_error'), 'payment_method');
  const method = [objectOrNone(intent, 'payment_method'), failed].map((one) => textOrNone(one, 'type')).find(Boolean);
  if (method) return toMethodKind(method);
  const types = valueAt(intent, 'payment_method_types');
  const [only, another] = Array.isArray(types) ? (types as unknown[]) : [];
  return typeof only === 'string' && another === undefined ? toMethodKind(only) : 'other';
}

function failureOf(intent: JsonObject): ChargeFailure {
  const error = objectOrNone(intent, 'last_payment_error');
  return toChargeFailure({ code: textOrNone(error, 'code'), declineCode: textOrNone(error, 'decline_code') });
}

function objectOrNone(object: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = object && valueAt(object, key);
  return isJsonObject(value) ? value : undefined;
}

const textOrNone = (object: JsonObject | undefined, key: string): string | undefined =>
  object && tryRead(() => textAt(object, key));
