import type { AttemptRow, Check, Evidence, MoneyMoved } from './evidence.types.js';

const CHARGES: ReadonlySet<string> = new Set(['charge', 'refund_reversal', 'dispute_reversal']);
const RETURNS: ReadonlySet<string> = new Set(['refund', 'dispute']);
/** A renewal carries what its subscription was started or changed with; it is none of an attempt's business. */
const LONGEST_ATTEMPT_MILLISECONDS = 20 * 86_400_000;

/** Payments that took money and did not give all of it back, by payment. */
function computeNet(moved: readonly MoneyMoved[]): Map<string, number> {
  const net = new Map<string, number>();
  for (const { payment, type, amount, outcome } of moved) {
    if (payment === null || outcome !== 'succeeded') continue;
    const sign = CHARGES.has(type) ? 1 : RETURNS.has(type) ? -1 : 0;
    net.set(payment, (net.get(payment) ?? 0) + sign * amount);
  }
  return net;
}

const isOf = (attempt: AttemptRow, { attempt: named, payment, at }: MoneyMoved): boolean => {
  if (payment !== null && payment === attempt.payment) return true;
  const age = attempt.sentAt === null ? 0 : Date.parse(at) - attempt.sentAt.getTime();
  return named === attempt.uuid && age < LONGEST_ATTEMPT_MILLISECONDS;
};

/** Payments with money in them that were taken for an intent. */
function paymentsOf({ moved, attempts }: Evidence, intent: string, net: Map<string, number>): string[] {
  const tries = attempts.filter((attempt) => attempt.intent === intent && attempt.kind !== 'refund');
  const charged = moved.filter(
    (movement) => movement.type === 'charge' && movement.outcome === 'succeeded' && movement.amount > 0,
  );
  const payments = charged.filter((movement) => tries.some((attempt) => isOf(attempt, movement)));
  return [...new Set(payments.map(({ payment }) => payment ?? ''))].filter((payment) => (net.get(payment) ?? 0) > 0);
}

/** Charges of one intent, net of refunds, are one at most. */
export const chargedOnce: Check = (evidence) => {
  const net = computeNet(evidence.moved);
  const intents = new Map(evidence.attempts.map(({ intent, customer }) => [intent, customer]));
  return [...intents].flatMap(([intent, customer]) => {
    const payments = paymentsOf(evidence, intent, net);
    return payments.length > 1 ? [`${customer} was charged ${payments.length} times for ${intent}: ${payments}`] : [];
  });
};

const isMeant = (promised: string, attempt: AttemptRow): boolean =>
  attempt.intent.startsWith(promised) || attempt.intent.endsWith(promised);

/** Where the API said success, the money has moved. */
export const chargedWherePromised: Check = (evidence) =>
  evidence.promises.flatMap(({ customer, what, intent }) => {
    const meant = evidence.attempts.filter((attempt) => attempt.customer === customer && isMeant(intent, attempt));
    const done = meant.filter(({ status }) => status === 'succeeded');
    const isRefund = intent.startsWith('refund:');
    const moved = done.filter((attempt) =>
      evidence.moved.some(
        (movement) =>
          movement.outcome === 'succeeded' &&
          (isRefund ? movement.type === 'refund' : movement.type === 'charge' && isOf(attempt, movement)),
      ),
    );
    const found = meant.map(({ uuid, status }) => `${uuid} ${status}`).join(', ') || 'no attempt';
    return moved.length > 0 ? [] : [`${customer} was told that ${what}, and it is not: ${found}`];
  });

/** What is a sale item or an attempt of ours has the money at the provider that it says. */
export const itemsAreTrue: Check = ({ items, moved }) => {
  const net = computeNet(moved);
  return items.flatMap(({ uuid, customer, offer, status, amount, refunded, payment, isPlan, isDisputed }) => {
    const row = `${customer}'s item ${uuid} (${offer}) is ${status}${isDisputed ? ' and disputed' : ''}`;
    if (isPlan) return [];
    if (status !== 'paid' && status !== 'refunded') {
      return payment !== null && (net.get(payment) ?? 0) > 0 ? [`${row}, and its payment ${payment} has money`] : [];
    }
    const left = payment === null ? 0 : (net.get(payment) ?? 0);
    const expected = isDisputed ? 0 : amount - refunded;
    if (left !== expected) return [`${row}, ${amount} less ${refunded}, and the provider has ${left}`];
    return (status === 'refunded' || isDisputed) === (left === 0) ? [] : [`${row}, and the provider has ${left}`];
  });
};

/** What an attempt says of its money is what the provider has. What is refunded is compared by item. */
export const attemptsAreTrue: Check = ({ attempts, moved }) => {
  const net = computeNet(moved);
  return attempts.flatMap((attempt) => {
    const { uuid, intent, status, kind, amount, customer } = attempt;
    if (kind === 'refund' || amount === 0) return [];
    const charges = moved.filter(
      (movement) => movement.type === 'charge' && movement.outcome === 'succeeded' && isOf(attempt, movement),
    );
    const row = `${customer}'s attempt ${uuid} of ${intent} is ${status}`;
    if (status === 'succeeded') return charges.length > 0 ? [] : [`${row}, and the provider has no charge`];
    const kept = charges.filter(({ payment }) => payment !== null && (net.get(payment) ?? 0) > 0);
    return kept.map(({ payment }) => `${row}, and the provider has kept ${net.get(payment ?? '')} (${payment})`);
  });
};

/** No money was taken that nobody here knows of; subscriptions' payments are told by their rows. */
export const moneyIsKnown: Check = ({ moved, items, attempts }) => {
  const net = computeNet(moved);
  const known = new Set([...items.map(({ payment }) => payment), ...attempts.map(({ payment }) => payment)]);
  return moved.flatMap(({ type, outcome, payment, customer, amount, invoice, at }) => {
    const isSale = type === 'charge' && outcome === 'succeeded' && payment !== null && invoice === null;
    if (!isSale || known.has(payment) || (net.get(payment) ?? 0) <= 0) return [];
    return [`${customer} paid ${amount} at ${at} (${payment}), and nobody knows what for`];
  });
};

/** Access to what was bought once is given while it is paid, and only then. */
export const entitledIfPaid: Check = ({ items }) =>
  items.flatMap(({ uuid, customer, offer, status, isPlan, isDisputed, entitlement }) => {
    if (isPlan) return [];
    const wanted = status === 'paid' && !isDisputed;
    if (wanted === (entitlement === 'granted')) return [];
    return [`${customer}'s item ${uuid} (${offer}) is ${status}, and access is ${entitlement ?? 'not given'}`];
  });
