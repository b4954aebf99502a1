import type { CheckoutFact } from '../../domain/payment-facts.js';
import { labelsOf } from '../../payload/labels.js';
import { currencyAt } from '../../payload/money-fields.js';
import { requireIds, type Normalised, type Origin } from '../../payload/normalised.js';
import {
  integerAt,
  optionalIdAt,
  textAt,
  UnexpectedShapeError,
  valueAt,
  type JsonObject,
} from '../../payload/read-json.js';

/** docs.stripe.com/api/checkout/sessions/object */
export function normaliseCheckout(origin: Origin, change: CheckoutFact['change'], session: JsonObject): Normalised {
  return requireIds((): Normalised => {
    const mode = modeOf(session);
    if (mode === 'setup') return { kind: 'unsupported' }; // no money, no currency
    return {
      kind: 'money',
      fact: {
        kind: 'checkout',
        provider: 'stripe',
        ...origin,
        change,
        checkoutId: textAt(session, 'id'),
        mode,
        paid: textAt(session, 'payment_status') === 'paid',
        paymentId: optionalIdAt(session, 'payment_intent') ?? optionalIdAt(session, 'invoice'),
        subscriptionId: optionalIdAt(session, 'subscription'),
        customerId: optionalIdAt(session, 'customer'),
        amount: integerAt(session, 'amount_total'),
        currency: currencyAt(session, 'currency'),
        ...labelsOf(valueAt(session, 'metadata')),
      },
    };
  });
}

function modeOf(session: JsonObject): CheckoutFact['mode'] {
  const mode = textAt(session, 'mode');
  if (mode === 'payment' || mode === 'subscription' || mode === 'setup') return mode;
  throw new UnexpectedShapeError('the mode is not a known one');
}
