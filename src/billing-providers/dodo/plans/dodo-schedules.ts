import type { DodoPayments } from 'dodopayments';
import type { SchedulePlanChangeCommand, SchedulePlanChangeResult } from '../../billing-provider.js';
import { ProviderError } from '../../provider-error.js';
import { carryOn } from '../../provider-steps.js';
import type { DodoCalls } from '../dodo-calls.js';
import { hasSameAddons, toCarriedOver } from './carried-over.js';
import { isRefused, refusal } from './failures.js';
import { toPhases } from './observation.js';
import { readSubscription } from './read-subscription.js';
import { secondsOf, textOf, toSnapshot } from './subscription-fields.js';

type Subscription = DodoPayments.Subscription;

interface Command {
  readonly subscriptionId: string;
  readonly requestId: string;
}

/**
 * Changes that wait for the next renewal, and the end of a subscription. Dodo knows no request of ours by its id, so each
 * operation reads first and then does only what is still missing: it may be repeated from any point.
 */
export class DodoSchedules {
  constructor(private readonly calls: DodoCalls) {}

  /** A change that waits already is replaced in one call, so that there is always one or the other. */
  async schedulePlanChange(command: SchedulePlanChangeCommand): Promise<SchedulePlanChangeResult> {
    const before = await readSubscription(this.calls, command.subscriptionId);
    if (before.cancel_at_next_billing_date) {
      throw refusal('subscription_is_ending', 'the subscription ends with its period: it must be resumed first');
    }
    if (isScheduled(before, command)) return toResult(before);
    try {
      await this.schedule(before, command);
    } catch (error) {
      // Another change was scheduled since it was read: nothing was done, and that one is replaced too.
      if (!isRefused(error, 'SCHEDULED_PLAN_CHANGE_EXISTS')) throw error;
      await this.schedule(await readSubscription(this.calls, command.subscriptionId), command);
    }
    const after = await carryOn(() => readSubscription(this.calls, command.subscriptionId));
    if (isScheduled(after, command)) return toResult(after);
    throw refusal('schedule_released', 'the change was taken back in the meantime');
  }

  async cancelScheduledChange({ subscriptionId }: Command): Promise<void> {
    const subscription = await readSubscription(this.calls, subscriptionId);
    if (subscription.scheduled_change) await this.takeChangeBack(subscriptionId);
  }

  /** Dodo would carry a change out that waits for the day on which the subscription ends. One that has ended needs nothing. */
  async cancelAtPeriodEnd({ subscriptionId }: Command): Promise<void> {
    const subscription = await readSubscription(this.calls, subscriptionId);
    if (toSnapshot(subscription).status === 'canceled') return;
    const hasChange = Boolean(subscription.scheduled_change);
    if (hasChange) await this.takeChangeBack(subscriptionId);
    if (subscription.cancel_at_next_billing_date) return;
    const end = () => this.endWithPeriod(subscriptionId, true);
    await (hasChange ? carryOn(end) : end());
  }

  async resume({ subscriptionId }: Command): Promise<void> {
    const subscription = await readSubscription(this.calls, subscriptionId);
    if (subscription.cancel_at_next_billing_date) await this.endWithPeriod(subscriptionId, false);
  }

  /**
   * Dodo takes `full_immediately` alone for the next billing date: the new price for the new period. When that is not paid,
   * the plan stays as it was.
   */
  private async schedule(subscription: Subscription, command: SchedulePlanChangeCommand): Promise<void> {
    const parameters = {
      product_id: command.targetPriceId,
      ...toCarriedOver(subscription),
      effective_at: 'next_billing_date',
      proration_billing_mode: 'full_immediately',
      on_payment_failure: 'prevent_change',
      ...(subscription.scheduled_change ? { cancel_scheduled_change_plan: true } : {}),
    } satisfies DodoPayments.SubscriptionChangePlanParams;
    await this.calls.write('subscriptions.change_plan', (dodo, options) =>
      dodo.subscriptions.changePlan(command.subscriptionId, parameters, options),
    );
  }

  /** Somebody may have taken it back since it was read: then it is what was wanted. */
  private async takeChangeBack(subscriptionId: string): Promise<void> {
    try {
      await this.calls.write('subscriptions.cancel_change_plan', (dodo, options) =>
        dodo.subscriptions.cancelChangePlan(subscriptionId, options),
      );
    } catch (error) {
      if (!isRefused(error)) throw error;
      const { scheduled_change: scheduled } = await readSubscription(this.calls, subscriptionId);
      if (scheduled) throw error;
    }
  }

  private async endWithPeriod(subscriptionId: string, isEnding: boolean): Promise<void> {
    await this.calls.write('subscriptions.update', (dodo, options) =>
      dodo.subscriptions.update(subscriptionId, { cancel_at_next_billing_date: isEnding }, options),
    );
  }
}

/** Whether what waits is what is wanted, addons and quantity included. */
function isScheduled(subscription: Subscription, { targetPriceId }: SchedulePlanChangeCommand): boolean {
  const { scheduled_change: scheduled } = subscription;
  if (!scheduled) return false;
  const wanted = toCarriedOver(subscription);
  return (
    scheduled.product_id === targetPriceId &&
    scheduled.quantity === wanted.quantity &&
    hasSameAddons(scheduled.addons ?? [], wanted.addons)
  );
}

function toResult(subscription: Subscription): SchedulePlanChangeResult {
  const { scheduled_change: scheduled } = subscription;
  if (!scheduled) throw new ProviderError('unknown', 'the subscription does not say what follows');
  return {
    scheduleId: textOf(scheduled.id, 'scheduled_change.id'),
    effectiveAt: secondsOf(scheduled.effective_at, 'scheduled_change.effective_at'),
    phases: toPhases(subscription),
  };
}
