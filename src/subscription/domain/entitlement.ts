import type { SubscriptionStatus } from '../../billing-providers/index.js';
import type { HistoryStatus, PaymentStatus } from './state.js';

interface Subscription {
  readonly status: SubscriptionStatus;
  readonly accessSuspended: boolean;
  /** When it will end by itself; null while it renews. */
  readonly cancelAt: Date | null;
}

interface HistoryRow {
  readonly planId: string;
  readonly status: HistoryStatus;
  readonly paymentStatus: PaymentStatus;
  /** What its plan costs a day, in thousandths of a minor unit. */
  readonly dailyAmount: number;
  readonly effectiveAt: Date;
  readonly periodEnd: Date | null;
}

export interface EntitlementSettings {
  readonly graceDays: number;
  readonly pastDueKeepsAccess: boolean;
}

export type Entitlement =
  | { readonly entitled: true; readonly planId: string; readonly until: Date }
  | {
      readonly entitled: false;
      readonly reason: 'canceled' | 'incomplete' | 'past_due' | 'suspended' | 'unpaid' | 'expired';
    };

const DAY_MILLISECONDS = 86_400_000;

/**
 * What a subscription gives access to: the plan of its newest final row (active, and paid or nothing to pay), until the period
 * that it paid for ends, plus a grace. A downgrade binds at the switch, before it is paid. `history` in the order in which
 * the plans began.
 */
export function computeEntitlement(
  subscription: Subscription,
  history: readonly HistoryRow[],
  now: Date,
  settings: EntitlementSettings,
): Entitlement {
  const refused = refuse(subscription, settings);
  if (refused) return { entitled: false, reason: refused };
  const begun = history.filter((row) => row.status === 'active');
  const finalAt = begun.findLastIndex((row) => row.paymentStatus === 'paid' || row.paymentStatus === 'N/A');
  const final = begun[finalAt];
  if (!final?.periodEnd) return { entitled: false, reason: 'unpaid' };
  const graceEnd = new Date(final.periodEnd.getTime() + settings.graceDays * DAY_MILLISECONDS);
  // The grace is for a payment that is late; what ends by itself has none.
  const { cancelAt } = subscription;
  const until = cancelAt && cancelAt < graceEnd ? cancelAt : graceEnd;
  if (now >= until) return { entitled: false, reason: 'expired' };
  // A switch that is not paid yet binds only downwards, from what is paid and never from what is not.
  const held = begun
    .slice(finalAt + 1)
    .reduce((lowest, row) => (row.dailyAmount < lowest.dailyAmount ? row : lowest), final);
  return { entitled: true, planId: held.planId, until };
}

function refuse(
  subscription: Subscription,
  settings: EntitlementSettings,
): 'canceled' | 'incomplete' | 'past_due' | 'suspended' | undefined {
  if (subscription.status === 'canceled' || subscription.status === 'incomplete') return subscription.status;
  if (subscription.accessSuspended) return 'suspended';
  return subscription.status === 'past_due' && !settings.pastDueKeepsAccess ? 'past_due' : undefined;
}
