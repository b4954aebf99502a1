import type { VerifiedEvent } from '../../billing-provider.js';
import { readEnvelope } from '../normalise/envelope.js';
import { verifySignature } from './verify-signature.js';

/**
 * A delivery that one of the secrets signed. Its id stands in a header: a body that is told again is another one, since it is
 * the state at delivery, and it is still the same event.
 *
 * @param nowSeconds by the system's clock
 * @returns undefined when no signature holds
 */
export function verifyDodoWebhook(
  secrets: readonly string[],
  rawBody: Buffer,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  nowSeconds: number,
): Omit<VerifiedEvent, 'livemode'> | undefined {
  const signed = {
    id: headers['webhook-id'],
    timestamp: headers['webhook-timestamp'],
    signature: headers['webhook-signature'],
  };
  const eventId = verifySignature(secrets, rawBody, signed, nowSeconds);
  if (eventId === undefined) return undefined;
  const { eventType, occurredAt } = readEnvelope(rawBody);
  return { eventId, eventType, occurredAt };
}
