import { currentLogFields } from '../common/observability/index.js';

/** Who moves an attempt, for its audit rows: what is running now. */
export function currentCause(): string {
  const { job, event_id, request_id } = currentLogFields();
  if (event_id !== undefined) return `webhook:${event_id}`;
  if (job !== undefined) return `job:${job}`;
  return request_id === undefined ? 'internal' : `http:${request_id}`;
}

/** Who told of a fact: an event, or reconciliation, whose facts name themselves. */
export const causeOfFact = ({ eventId }: { readonly eventId: string }): string =>
  eventId.startsWith('reconciliation:') ? eventId : `webhook:${eventId}`;
