import type { Check } from './evidence.types.js';

/** Every event that was acknowledged is settled; what has finally failed is poison, and an administrator sees it. */
export const eventsAreSettled: Check = ({ events, acknowledged, poisoned, shownFailed }) => {
  const rows = new Map(events.map((event) => [event.id, event]));
  const poison = new Set(poisoned);
  const shown = new Set(shownFailed);
  const lost = [...new Set(acknowledged)]
    .filter((id) => !rows.has(id))
    .map((id) => `event ${id} was acknowledged and is not there`);
  const open = events
    .filter(({ status }) => status !== 'completed' && status !== 'failed')
    .map(({ id, type, status }) => `event ${id} (${type}) is still ${status}`);
  const failed = events
    .filter(({ id, status }) => status === 'failed' && !poison.has(id))
    .map(({ id, type, error }) => `event ${id} (${type}) has failed: ${error}`);
  const hidden = events
    .filter(({ id, status }) => status === 'failed' && !shown.has(id))
    .map(({ id, type }) => `event ${id} (${type}) has failed, and the admin API does not show it`);
  const swallowed = poisoned
    .filter((id) => rows.get(id)?.status === 'completed')
    .map((id) => `poison ${id} was taken for ${rows.get(id)?.outcome}`);
  return [...lost, ...open, ...failed, ...hidden, ...swallowed];
};

/** Ten minutes after the last fault nothing is in doubt. */
export const nothingInDoubt: Check = ({ openAttempts, chargingSessions, unsettled }) => [
  ...openAttempts.map(
    ({ uuid, customer, intent, status }) => `${customer}'s attempt ${uuid} of ${intent} is still ${status}`,
  ),
  ...chargingSessions.map((session) => `session ${session} is still charging`),
  ...unsettled.map((what) => `still under way: ${what}`),
];

/** Our subscriptions are what the provider has. */
export const subscriptionsAreTrue: Check = ({ ours, theirs }) => {
  const rows = new Map(ours.map((subscription) => [subscription.id, subscription]));
  const known = new Set(theirs.map(({ id }) => id));
  const wrong = theirs.flatMap((truth) => {
    const row = rows.get(truth.id);
    if (!row) return [`${truth.customer}'s subscription ${truth.id} (${truth.plan}, ${truth.status}) is not known`];
    return (['status', 'plan', 'deadline', 'pending'] as const)
      .filter((field) => truth[field] !== row[field])
      .map(
        (field) => `${row.customer}'s subscription ${row.id}: ${field} is ${truth[field]}, the row says ${row[field]}`,
      );
  });
  const invented = ours
    .filter(({ id }) => !known.has(id))
    .map(({ id, customer }) => `${customer}'s subscription ${id} is not the provider's`);
  return [...wrong, ...invented];
};

export const invariantsHold: Check = ({ brokenInvariants }) => brokenInvariants;

/** Which faults explain that the service says: not now. */
const EXPLAINED: Readonly<Record<number, ReadonlySet<string>>> = {
  502: new Set(['dropRequest', 'loseResponse', 'failAfter', 'hang', 'rateLimit', 'answerLate']),
  503: new Set(['dropRequest', 'loseResponse', 'failAfter', 'hang', 'rateLimit', 'answerLate', 'crash-database']),
};

/** The service was never at a loss: no error of its own but those that the plan's faults explain, no crash of its own. */
export const nothingUnhandled: Check = ({ serverErrors, unhandled }) => [
  ...serverErrors
    .filter(({ status, faults }) => !faults.some((fault) => EXPLAINED[status]?.has(fault)))
    .map(
      ({ act, what, status, code }) =>
        `act ${act}: ${what} was answered with ${status} ${code}, which nothing explains`,
    ),
  ...unhandled,
];
