import { createHash } from 'node:crypto';
import { eventTypeOf, parseObject } from '../../payload/body.js';
import {
  isJsonObject,
  isStorableText,
  optionalObjectAt,
  timeAt,
  tryRead,
  valueAt,
  type JsonObject,
} from '../../payload/read-json.js';

/** What is known of a signed body, whatever is in it. */
export interface Envelope {
  /** Stripe's id of the event; `sha256:...` of the bytes when the body has none that can be stored. */
  readonly eventId: string;
  readonly hasOwnId: boolean;
  readonly eventType: string;
  /** Seconds since 1970; 0 when the body does not say. */
  readonly occurredAt: number;
  /** Undefined when the body does not say. */
  readonly livemode: boolean | undefined;
  /** Undefined when the body is not a JSON object. */
  readonly body: JsonObject | undefined;
}

const LONGEST_EVENT_ID = 255;

/** Pure and total: a repeated delivery of the same bytes gives the same envelope. */
export function readEnvelope(rawBody: Buffer): Envelope {
  const body = parseObject(rawBody);
  const ownId = body && valueAt(body, 'id');
  const id = isStorableText(ownId, LONGEST_EVENT_ID) ? ownId : undefined;
  const livemode = body && valueAt(body, 'livemode');
  return {
    eventId: id ?? `sha256:${createHash('sha256').update(rawBody).digest('hex')}`,
    hasOwnId: id !== undefined,
    eventType: eventTypeOf(body),
    occurredAt: (body && toSeconds(body)) ?? 0,
    livemode: typeof livemode === 'boolean' ? livemode : undefined,
    body,
  };
}

/** Thin events (`v2.core.event`) name an object instead of carrying it: docs.stripe.com/event-destinations#thin-events. */
export const isThinEvent = (body: JsonObject): boolean => valueAt(body, 'object') === 'v2.core.event';

/** With Connect, events of other accounts come to the platform's endpoint too: their customers are not ours. */
export const isOfAnotherAccount = (body: JsonObject): boolean => valueAt(body, 'account') !== undefined;

/** The object that an event carries. */
export function readData(body: JsonObject): { readonly object: JsonObject; readonly previous: JsonObject } | undefined {
  const data = tryRead(() => optionalObjectAt(body, 'data'));
  const object = data && valueAt(data, 'object');
  const previous = data && valueAt(data, 'previous_attributes');
  return isJsonObject(object) ? { object, previous: isJsonObject(previous) ? previous : {} } : undefined;
}

/** Snapshot events give seconds, thin ones ISO 8601. */
function toSeconds(body: JsonObject): number | undefined {
  const created = valueAt(body, 'created');
  if (typeof created !== 'string') return tryRead(() => timeAt(body, 'created'));
  const seconds = Math.trunc(Date.parse(created) / 1_000);
  return tryRead(() => timeAt({ seconds }, 'seconds'));
}
