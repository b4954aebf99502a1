import type { DisputeFact, PaymentFact } from '../../domain/payment-facts.js';
import { UnreadablePayloadError, type ProviderEvent } from '../../domain/provider-event.js';
import { requireIds, type Normalised, type Origin } from '../../payload/normalised.js';
import { objectAt, textAt, type JsonObject } from '../../payload/read-json.js';
import { readEnvelope } from './envelope.js';
import { normalisePayment } from './payment.js';
import { normaliseDispute, normaliseRefund } from './reversal.js';

type Normaliser = (origin: Origin, data: JsonObject) => Normalised;

const payment =
  (change: PaymentFact['change']): Normaliser =>
  (origin, data) =>
    normalisePayment(origin, change, data);
const dispute =
  (status: DisputeFact['status']): Normaliser =>
  (origin, data) =>
    normaliseDispute(origin, status, data);

/** Events of money that are acted on (docs.dodopayments.com/developer-resources/webhooks/intents/webhook-events-guide). */
export const NORMALISERS: ReadonlyMap<string, Normaliser> = new Map([
  ['payment.succeeded', payment('succeeded')],
  ['payment.failed', payment('failed')],
  ['payment.processing', payment('processing')],
  ['payment.cancelled', payment('canceled')],
  ['refund.succeeded', normaliseRefund],
  ['dispute.opened', dispute('open')],
  ['dispute.challenged', dispute('open')],
  ['dispute.expired', dispute('open')],
  ['dispute.won', dispute('won')],
  ['dispute.cancelled', dispute('won')],
  ['dispute.lost', dispute('lost')],
  ['dispute.accepted', dispute('lost')],
]);

/** Every one of them, those of tomorrow too: each only says that there is something to read. */
const SUBSCRIPTION_EVENTS = 'subscription.';

/**
 * A webhook body in neutral words. Pure. Tolerant: fields that are not read may have any shape.
 *
 * @param eventId the delivery's `webhook-id`: the body has none
 * @throws UnreadablePayloadError and nothing else
 */
export function normaliseEvent(rawBody: Buffer, eventId: string): ProviderEvent {
  const { body, data, eventType, occurredAt } = readEnvelope(rawBody);
  if (!body) throw new UnreadablePayloadError('the body is not a JSON object');
  const head = { provider: 'dodo', eventId, eventType, occurredAt } as const;
  const normaliser = eventType.startsWith(SUBSCRIPTION_EVENTS) ? mustRead : NORMALISERS.get(eventType);
  if (!normaliser) return { ...head, kind: 'unsupported' };
  if (occurredAt === 0) throw new UnreadablePayloadError('the event has no time');
  if (!data) throw new UnreadablePayloadError('the event carries no object');
  return { ...head, ...normaliser({ eventId, occurredAt }, data) };
}

/**
 * The payload is the subscription as it is at delivery, not as it was at the event, and siblings have equal times: it proves no
 * more than a reading, which is also newer.
 */
function mustRead(_origin: Origin, data: JsonObject): Normalised {
  return requireIds(() => ({
    kind: 'must_read',
    subscriptionId: textAt(data, 'subscription_id'),
    customerId: textAt(objectAt(data, 'customer'), 'customer_id'),
    why: 'state_at_delivery',
  }));
}
