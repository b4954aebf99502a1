import type { Stripe } from 'stripe';
import type { SchedulePlanChangeCommand, SchedulePlanChangeResult } from '../billing-provider.js';
import { ProviderError } from '../provider-error.js';
import { carryOn } from '../provider-steps.js';
import { idempotencyKey } from './idempotency-key.js';
import { toJson } from '../payload/read-json.js';
import { toScheduleContent } from './normalise/schedule.js';
import { currentPhaseOf, isAlreadyWanted, nextPhaseOf, toUpdate, type WantedChange } from './schedule-phases.js';
import type { StripeCalls } from './stripe-calls.js';

interface Command {
  readonly subscriptionId: string;
  readonly requestId: string;
}

type Subscription = Stripe.Subscription;
type Schedule = Stripe.SubscriptionSchedule;

/**
 * Changes that wait for the end of the period. Each operation reads first and then does only what is still missing, so that
 * it may be repeated from any point. A schedule is never canceled (that cancels the subscription with it), only released.
 */
export class StripeSchedules {
  constructor(private readonly calls: StripeCalls) {}

  async schedulePlanChange(command: SchedulePlanChangeCommand): Promise<SchedulePlanChangeResult> {
    const before = await this.retrieve(command.subscriptionId);
    const wanted = toWantedChange(before, command);
    const attached = attachedTo(before);
    if (attached) return this.completeSchedule(attached, wanted);
    const created = await this.createSchedule(command);
    return carryOn(() =>
      this.completeSchedule(created, wanted).catch(async (error: unknown) => {
        // Refused means that nothing changed: the schedule without a change goes again.
        if (isRefused(error)) await this.release(created.id, command);
        throw error;
      }),
    );
  }

  async cancelScheduledChange(command: Command): Promise<void> {
    const schedule = attachedTo(await this.retrieve(command.subscriptionId));
    if (schedule) await this.release(schedule.id, command);
  }

  /** Takes the pending change back for something that replaces it. @returns the price that was to follow */
  async releasePendingChange(command: Command): Promise<string | undefined> {
    const schedule = attachedTo(await this.retrieve(command.subscriptionId));
    if (!schedule) return undefined;
    await this.release(schedule.id, command);
    const next = nextPhaseOf(schedule);
    const price = next?.items[0]?.price;
    return typeof price === 'string' ? price : price?.id;
  }

  /** Stripe refuses to end a subscription while a schedule manages it, so the schedule is released first. */
  async cancelAtPeriodEnd(command: Command): Promise<void> {
    const subscription = await this.retrieve(command.subscriptionId);
    const schedule = attachedTo(subscription);
    if (schedule) await this.release(schedule.id, command);
    if (isEndingWithPeriod(subscription)) return;
    const end = () => this.update(command, 'cancel', { cancel_at_period_end: true });
    await (schedule ? carryOn(end) : end());
  }

  async resume(command: Command): Promise<void> {
    const subscription = await this.retrieve(command.subscriptionId);
    if (!isEnding(subscription)) return;
    const schedule = attachedTo(subscription);
    if (!schedule) return this.takeEndBack(subscription, command);
    await this.release(schedule.id, command, { preserve_cancel_date: false });
    await carryOn(async () => this.takeEndBack(await this.retrieve(command.subscriptionId), command));
  }

  private async takeEndBack(subscription: Subscription, command: Command): Promise<void> {
    if (!isEnding(subscription)) return;
    const change = subscription.cancel_at_period_end ? { cancel_at_period_end: false } : { cancel_at: '' as const };
    await this.update(command, 'resume', change);
  }

  private retrieve(subscriptionId: string): Promise<Subscription> {
    return this.calls.read('subscriptions.retrieve', (stripe, options) =>
      stripe.subscriptions.retrieve(subscriptionId, { expand: ['schedule'] }, options),
    );
  }

  /**
   * Stripe repeats its first answer to a key, so a repeated request would be told of a schedule that may be gone by now: the
   * schedule is read again instead of believed.
   */
  private async createSchedule({ subscriptionId, requestId }: Command): Promise<Schedule> {
    const parameters = { from_subscription: subscriptionId };
    const key = idempotencyKey(requestId, 'create', parameters);
    await this.calls.write('subscription_schedules.create', key, (stripe, options) =>
      stripe.subscriptionSchedules.create(parameters, options),
    );
    const created = attachedTo(await carryOn(() => this.retrieve(subscriptionId)));
    if (!created) throw refusal('schedule_released', 'the change was taken back in the meantime');
    return created;
  }

  private async completeSchedule(schedule: Schedule, wanted: WantedChange): Promise<SchedulePlanChangeResult> {
    if (isAlreadyWanted(schedule, wanted)) return toResult(schedule);
    const current = currentPhaseOf(schedule);
    if (!current) throw refusal('schedule_not_started', 'the schedule of the subscription has not begun');
    const parameters = toUpdate(current, wanted);
    // With what is there now: the same change is another step when something else was scheduled in between.
    const key = idempotencyKey(wanted.requestId, 'update', [
      schedule.id,
      schedule.phases,
      schedule.metadata,
      parameters,
    ]);
    const updated = await this.calls.write('subscription_schedules.update', key, (stripe, options) =>
      stripe.subscriptionSchedules.update(schedule.id, parameters, options),
    );
    return toResult(updated);
  }

  /** Somebody may have released it since it was read: then it is what was wanted. */
  private async release(
    scheduleId: string,
    command: Command,
    parameters: Stripe.SubscriptionScheduleReleaseParams = { preserve_cancel_date: true },
  ): Promise<void> {
    const key = idempotencyKey(command.requestId, 'release', [scheduleId, parameters]);
    try {
      await this.calls.write('subscription_schedules.release', key, (stripe, options) =>
        stripe.subscriptionSchedules.release(scheduleId, parameters, options),
      );
    } catch (error) {
      if (!isRefused(error)) throw error;
      const schedule = attachedTo(await this.retrieve(command.subscriptionId));
      if (schedule?.id === scheduleId) throw error;
    }
  }

  private async update(command: Command, step: string, parameters: Stripe.SubscriptionUpdateParams): Promise<void> {
    const { subscriptionId, requestId } = command;
    await this.calls.write('subscriptions.update', idempotencyKey(requestId, step, parameters), (stripe, options) =>
      stripe.subscriptions.update(subscriptionId, parameters, options),
    );
  }
}

const refusal = (code: string, message: string): ProviderError =>
  new ProviderError('refused', message, { providerCode: code });

const isRefused = (error: unknown): boolean => error instanceof ProviderError && error.outcome === 'refused';

/** Trials and flexible billing set only `cancel_at`. */
const isEnding = (subscription: Subscription): boolean =>
  subscription.cancel_at_period_end || subscription.cancel_at !== null;

/** A later `cancel_at` (a contract's end, say) is not enough. */
const isEndingWithPeriod = ({ cancel_at_period_end, cancel_at, items }: Subscription): boolean =>
  cancel_at_period_end || (cancel_at !== null && cancel_at <= (items.data[0]?.current_period_end ?? 0));

const attachedTo = ({ schedule }: Subscription): Schedule | undefined =>
  typeof schedule === 'object' && schedule !== null ? schedule : undefined;

/** The next renewal is the end of the item's period: periods stand on items since 2025-03-31. */
function toWantedChange(subscription: Subscription, command: SchedulePlanChangeCommand): WantedChange {
  const [item] = subscription.items.data;
  if (!item || subscription.items.data.length > 1) {
    throw refusal('unsupported_subscription', 'only a subscription with one item can change its plan');
  }
  if (isEnding(subscription)) {
    throw refusal('subscription_is_ending', 'the subscription ends with its period: it must be resumed first');
  }
  return {
    targetPriceId: command.targetPriceId,
    quantity: item.quantity,
    effectiveAt: item.current_period_end,
    requestId: command.requestId,
  };
}

function toResult(schedule: Schedule): SchedulePlanChangeResult {
  const next = nextPhaseOf(schedule);
  if (!next) throw new ProviderError('unknown', 'the schedule does not say what follows', {});
  const { phases } = toScheduleContent(toJson(schedule));
  return { scheduleId: schedule.id, effectiveAt: next.start_date, phases };
}
