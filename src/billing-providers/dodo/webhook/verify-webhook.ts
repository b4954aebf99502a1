import type { VerifiedEvent } from '../../billing-provider.js';
import { readEnvelope } from '../normalise/envelope.js';
import { TOLERANCE_SECONDS, verifySignature, type SignatureHeaders } from './verify-signature.js';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

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
  headers: Headers,
  nowSeconds: number,
): Omit<VerifiedEvent, 'livemode'> | undefined {
  const eventId = verifySignature(secrets, rawBody, toSignatureHeaders(headers), nowSeconds);
  if (eventId === undefined) return undefined;
  const { eventType, occurredAt } = readEnvelope(rawBody);
  return { eventId, eventType, occurredAt };
}

/**
 * How long ago a delivery was signed that comes out of time and is ours otherwise. Dodo does not say whether a delivery that it
 * repeats after hours is signed anew; if not, such events would be refused here, which somebody must hear of.
 *
 * @returns seconds, below zero for the future; undefined for a delivery that is in time, or not ours
 */
export function computeLateness(
  secrets: readonly string[],
  rawBody: Buffer,
  headers: Headers,
  nowSeconds: number,
): number | undefined {
  const signed = toSignatureHeaders(headers);
  const signedAt = Number(signed.timestamp);
  const isOutOfTime = Math.abs(nowSeconds - signedAt) > TOLERANCE_SECONDS;
  if (!isOutOfTime || verifySignature(secrets, rawBody, signed, signedAt) === undefined) return undefined;
  return nowSeconds - signedAt;
}

const toSignatureHeaders = (headers: Headers): SignatureHeaders => ({
  id: headers['webhook-id'],
  timestamp: headers['webhook-timestamp'],
  signature: headers['webhook-signature'],
});
