import { eventTypeOf, parseObject } from '../../payload/body.js';
import { isJsonObject, valueAt, type JsonObject } from '../../payload/read-json.js';
import { toSeconds } from './fields.js';

/** What is known of a signed body, whatever is in it: `{ business_id, type, timestamp, data }`. */
export interface Envelope {
  readonly eventType: string;
  /** Seconds since 1970; 0 when the body does not say. */
  readonly occurredAt: number;
  /** Undefined when the body is not a JSON object. */
  readonly body: JsonObject | undefined;
  readonly data: JsonObject | undefined;
}

/** Pure and total. */
export function readEnvelope(rawBody: Buffer): Envelope {
  const body = parseObject(rawBody);
  const data = body && valueAt(body, 'data');
  return {
    eventType: eventTypeOf(body),
    occurredAt: (body && toSeconds(valueAt(body, 'timestamp'))) ?? 0,
    body,
    data: isJsonObject(data) ? data : undefined,
  };
}
