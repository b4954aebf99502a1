import type { ProviderName, VerifiedEvent } from '../../billing-providers/index.js';

/** A verified event in the form in which the inbox can hold it. */
export interface ReceivedEvent {
  readonly provider: ProviderName;
  readonly providerEventId: string;
  readonly eventType: string;
  readonly payload: Buffer;
  /** Null when the payload does not say, or says what is not a time. */
  readonly occurredAt: Date | null;
  readonly livemode: boolean;
}

const LONGEST_EVENT_ID = 255;
const LONGEST_EVENT_TYPE = 200;
/** End of the year 9999 in seconds since 1970: the last that PostgreSQL and JavaScript both print plainly. */
const LAST_SECOND = 253_402_300_799;

/**
 * A signed event is never refused for what is in it, but an id, a type or a time may be what no column can hold (NUL,
 * unpaired surrogates, a megabyte). Such an id is replaced by the digest of the body, so that a repeated delivery is
 * still the same row.
 */
export function toReceivedEvent(
  provider: ProviderName,
  verified: VerifiedEvent,
  body: { readonly payload: Buffer; readonly digest: () => string },
): ReceivedEvent {
  const { eventId, eventType, occurredAt } = verified;
  const holdsTime = Number.isFinite(occurredAt) && occurredAt > 0 && occurredAt <= LAST_SECOND;
  return {
    provider,
    providerEventId: isStorableId(eventId) ? eventId : `sha256:${body.digest()}`,
    eventType: toStorableText(eventType, LONGEST_EVENT_TYPE) || 'unknown',
    payload: body.payload,
    occurredAt: holdsTime ? new Date(Math.trunc(occurredAt) * 1_000) : null,
    livemode: verified.livemode,
  };
}

const isStorableId = (id: string): boolean =>
  id.length > 0 && id.length <= LONGEST_EVENT_ID && id.isWellFormed() && !id.includes('\u0000');

/** Text that a PostgreSQL `text` column takes: no NUL, no unpaired surrogates, no longer than told. */
export const toStorableText = (text: string, longest: number): string =>
  text.slice(0, longest).replaceAll('\u0000', '\uFFFD').toWellFormed();
