import type { DodoPayments } from 'dodopayments';
import type { ChangePlanCommand, ProrationMode } from '../../domain/charge.js';
import { toCarriedOver } from './carried-over.js';

export type ChangeParameters = ReturnType<typeof toChangeParameters>;
type Preview = DodoPayments.SubscriptionPreviewChangePlanResponse;

/** A day's plan loses a hundredth of its credit while a quote holds; a month's, far less. */
const CREDIT_TOLERANCE = 0.01;

/**
 * A switch at once, as it is previewed and as it is made. A change that waits is replaced by it; one that is not paid leaves it
 * waiting (SDK, `cancel_scheduled_change_plan`).
 */
export function toChangeParameters(
  subscription: DodoPayments.Subscription,
  targetPriceId: string,
  mode: ProrationMode,
) {
  return {
    product_id: targetPriceId,
    ...toCarriedOver(subscription),
    proration_billing_mode: mode,
    effective_at: 'immediately',
    ...(subscription.scheduled_change ? { cancel_scheduled_change_plan: true } : {}),
  } satisfies DodoPayments.SubscriptionPreviewChangePlanParams;
}

/** What is due now, and what is put down; minor units. */
export function toAmounts({ immediate_charge: { summary } }: Preview) {
  const { total_amount: amountDue, customer_credits: credits, currency } = summary;
  // Beside a charge, credit is what the card was charged above the price because a gateway takes no less: nothing to promise.
  const credit = amountDue === 0 ? Math.max(0, credits) : 0;
  return { amountDue, credit, currency: currency.toUpperCase() };
}

/**
 * Why a switch is not what was agreed any more: never for more money, in another currency, or for a credit that is
 * smaller than what the time since the quote takes off it.
 */
export function refusalOf(preview: Preview, command: ChangePlanCommand): string | undefined {
  const { amountDue, credit, currency } = toAmounts(preview);
  if (currency !== command.currency || amountDue > command.amount) return 'preview_differs';
  // A charge where nothing was due is more already; where one was due, none is less, whatever is put down beside it.
  const leastCredit = command.credit - Math.max(1, Math.ceil(command.credit * CREDIT_TOLERANCE));
  return command.amount === 0 && credit < leastCredit ? 'credit_differs' : undefined;
}
