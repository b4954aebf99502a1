import { Inject, Injectable } from '@nestjs/common';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { DodoStore } from '../objects/dodo-store.js';
import { DodoEventLog } from '../objects/event-log.js';
import { toMoment } from '../objects/moments.js';
import type { Subscription } from '../objects/wire-types.js';
import { SubscriptionPeriods } from './subscription-periods.js';

const ENDED: readonly string[] = ['cancelled', 'expired', 'failed'] satisfies Subscription['status'][];

/** Nothing reopens such a subscription. */
export const hasEnded = ({ status }: Subscription): boolean => ENDED.includes(status);

/** The ends of a subscription. */
@Injectable()
export class SubscriptionEndings {
  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(DodoEventLog) private readonly events: DodoEventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(SubscriptionPeriods) private readonly periods: SubscriptionPeriods,
  ) {}

  cancel(subscription: Subscription): void {
    subscription.cancelled_at = toMoment(this.clock.milliseconds());
    this.end(subscription, 'cancelled');
  }

  /** It has lasted as long as its product says. */
  expire(subscription: Subscription): void {
    this.end(subscription, 'expired');
  }

  private end(subscription: Subscription, status: 'cancelled' | 'expired'): void {
    subscription.status = status;
    subscription.scheduled_change = null;
    Object.assign(this.store.get('subscription_note', subscription.subscription_id), { dues: null, awaited: null });
    this.periods.stop(subscription);
    this.events.together(() => {
      this.events.subscription(`subscription.${status}`, subscription);
      this.events.subscription('subscription.updated', subscription);
    });
  }
}
