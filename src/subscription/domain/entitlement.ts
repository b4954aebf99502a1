import type { SubscriptionStatus } from '../../billing-providers/index.js';
import type { ChangeDirection, HistoryStatus, PaymentStatus } from './state.js';

interface Subscription {
  readonly status: SubscriptionStatus;
  readonly accessSuspended: boolean;
}

interface HistoryRow {
  readonly planId: string;
  readonly status: HistoryStatus;
  readonly paymentStatus: PaymentStatus;
  readonly direction: ChangeDirection | null;
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
 * that it paid for ends, plus a grace. A downgrade binds at the switch, before it is paid. `history` in the order of
 * `effective_at`.
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
  const final = begun.findLast((row) => row.paymentStatus === 'paid' || row.paymentStatus === 'N/A');
  if (!final?.periodEnd) return { entitled: false, reason: 'unpaid' };
  const until = new Date(final.periodEnd.getTime() + settings.graceDays * DAY_MILLISECONDS);
  if (now >= until) return { entitled: false, reason: 'expired' };
  const binding = begun.findLast((row) => row.direction === 'downgrade' && row.effectiveAt >= final.effectiveAt);
  return { entitled: true, planId: (binding ?? final).planId, until };
}

function refuse(
  subscription: Subscription,
  settings: EntitlementSettings,
): 'canceled' | 'incomplete' | 'past_due' | 'suspended' | undefined {
  if (subscription.status === 'canceled' || subscription.status === 'incomplete') return subscription.status;
  if (subscription.accessSuspended) return 'suspended';
  return subscription.status === 'past_due' && !settings.pastDueKeepsAccess ? 'past_due' : undefined;
}
