import type { InvoiceFact, ScheduleFact, SubscriptionFact } from '../../domain/facts.js';
import type { CheckoutFact, PaymentFact } from '../../domain/payment-facts.js';
import { UnreadablePayloadError, type ProviderEvent } from '../../domain/provider-event.js';
import { normaliseCheckout } from './checkout.js';
import { isOfAnotherAccount, isThinEvent, readData, readEnvelope } from './envelope.js';
import { normaliseInvoice } from './invoice.js';
import type { Normalised, Origin } from '../../payload/normalised.js';
import { normalisePayment } from './payment.js';
import type { JsonObject } from '../../payload/read-json.js';
import { normaliseDispute, normaliseRefund } from './reversal.js';
import { normaliseSchedule } from './schedule.js';
import { normaliseSubscription } from './subscription.js';

type Normaliser = (origin: Origin, object: JsonObject, previous: JsonObject) => Normalised;

const subscription =
  (change: SubscriptionFact['change']): Normaliser =>
  (origin, object, previous) =>
    normaliseSubscription(origin, change, object, previous);
const schedule =
  (change: ScheduleFact['change']): Normaliser =>
  (origin, object, previous) =>
    normaliseSchedule(origin, change, object, previous);
const invoice =
  (change: InvoiceFact['change']): Normaliser =>
  (origin, object) =>
    normaliseInvoice(origin, change, object);

const payment =
  (change: PaymentFact['change']): Normaliser =>
  (origin, object) =>
    normalisePayment(origin, change, object);
const checkout =
  (change: CheckoutFact['change']): Normaliser =>
  (origin, object) =>
    normaliseCheckout(origin, change, object);

/** Every event type that is acted on (docs.stripe.com/api/events/types); the endpoint should be sent just these. */
export const NORMALISERS: ReadonlyMap<string, Normaliser> = new Map([
  ['customer.subscription.created', subscription('created')],
  ['customer.subscription.updated', subscription('updated')],
  // Pausing and resuming are changes of status, sent beside an `updated` or alone.
  ['customer.subscription.paused', subscription('updated')],
  ['customer.subscription.resumed', subscription('updated')],
  ['customer.subscription.deleted', subscription('deleted')],
  ['customer.subscription.pending_update_applied', subscription('pending_update_applied')],
  ['customer.subscription.pending_update_expired', subscription('pending_update_expired')],
  ['subscription_schedule.created', schedule('created')],
  ['subscription_schedule.updated', schedule('updated')],
  ['subscription_schedule.released', schedule('released')],
  ['subscription_schedule.completed', schedule('completed')],
  ['subscription_schedule.canceled', schedule('canceled')],
  ['subscription_schedule.aborted', schedule('aborted')],
  ['invoice.paid', invoice('paid')],
  ['invoice.payment_failed', invoice('payment_failed')],
  ['invoice.payment_action_required', invoice('payment_action_required')],
  ['invoice.marked_uncollectible', invoice('uncollectible')],
  ['invoice.voided', invoice('voided')],
  ['payment_intent.succeeded', payment('succeeded')],
  ['payment_intent.payment_failed', payment('failed')],
  ['payment_intent.processing', payment('processing')],
  ['payment_intent.requires_action', payment('requires_action')],
  ['payment_intent.canceled', payment('canceled')],
  ['checkout.session.completed', checkout('completed')],
  ['checkout.session.async_payment_succeeded', checkout('async_payment_succeeded')],
  ['checkout.session.async_payment_failed', checkout('async_payment_failed')],
  ['checkout.session.expired', checkout('expired')],
  ['charge.refunded', normaliseRefund],
  ['charge.dispute.created', normaliseDispute],
  ['charge.dispute.updated', normaliseDispute],
  ['charge.dispute.closed', normaliseDispute],
]);

/**
 * A webhook body in neutral words. Pure.
 *
 * @throws UnreadablePayloadError and nothing else
 */
export function normaliseEvent(rawBody: Buffer): ProviderEvent {
  const { body, ...envelope } = readEnvelope(rawBody);
  const { eventId, eventType, occurredAt } = envelope;
  if (!body) throw new UnreadablePayloadError('the body is not a JSON object');
  const head = { provider: 'stripe', eventId, eventType, occurredAt } as const;
  const normaliser = NORMALISERS.get(eventType);
  if (!normaliser || isThinEvent(body) || isOfAnotherAccount(body)) return { ...head, kind: 'unsupported' };
  if (!envelope.hasOwnId) throw new UnreadablePayloadError('the event has no id');
  if (occurredAt === 0) throw new UnreadablePayloadError('the event has no time of creation');
  const data = readData(body);
  if (!data) throw new UnreadablePayloadError('the event carries no object');
  return { ...head, ...normaliser({ eventId, occurredAt }, data.object, data.previous) };
}
