import type {
  InvoiceFact,
  ProviderFact,
  ScheduleFact,
  SubscriptionFact,
  SubscriptionSnapshot,
} from '../../src/billing-providers/index.js';
import type { PlansByPrice } from '../../src/subscription/domain/state.js';

export const DAY = 86_400;
/** 1 January 2026, 00:00 UTC. */
export const START = 1_767_225_600;
export const PERIOD = 30 * DAY;

const plan = (planId: string, unitAmount: number) =>
  [`price_${planId}`, { planId, packageId: '1', unitAmount, billingInterval: 'month', intervalCount: 1 }] as const;

export const PLANS: PlansByPrice = new Map([
  plan('free', 0),
  plan('basic', 900),
  plan('pro', 2900),
  plan('enterprise', 9900),
]);

const SUBJECT = { provider: 'stripe', subscriptionId: 'sub_1', customerId: 'cus_1' } as const;

export const SNAPSHOT: SubscriptionSnapshot = {
  status: 'active',
  providerStatus: 'active',
  accessSuspended: false,
  priceId: 'price_basic',
  quantity: 1,
  currentPeriodStart: START,
  currentPeriodEnd: START + PERIOD,
  scheduleId: null,
  latestInvoiceId: 'in_1',
  cancelAt: null,
  canceledAt: null,
  endedAt: null,
  createdAt: START,
  itemId: 'si_1',
  pendingUpdate: null,
  groupId: null,
};

/** Tells a subscription's story as a provider would: each call is one event, built on what was before. */
export class Story {
  readonly facts: ProviderFact[] = [];
  private snapshot = SNAPSHOT;
  private readonly schedules = new Map<string, ScheduleFact>();
  private events = 0;

  constructor(private at = START) {}

  /** Seconds since 1970. */
  get now(): number {
    return this.at;
  }

  wait(seconds: number): this {
    this.at += seconds;
    return this;
  }

  create(changes: Partial<SubscriptionSnapshot> = {}): this {
    return this.push(this.subscription('created', changes, {}));
  }

  update(changes: Partial<SubscriptionSnapshot>, change: SubscriptionFact['change'] = 'updated'): this {
    const keys = Object.keys(changes) as (keyof SubscriptionSnapshot)[];
    const previous = Object.fromEntries(keys.map((key) => [key, this.snapshot[key]]));
    return this.push(this.subscription(change, changes, previous));
  }

  end(): this {
    return this.update(
      { status: 'canceled', providerStatus: 'canceled', endedAt: this.at, canceledAt: this.at },
      'deleted',
    );
  }

  /** The next period begins, with another price where given; its invoice is a draft for an hour. */
  renew(invoiceId: string, priceId = this.snapshot.priceId): this {
    const currentPeriodStart = this.snapshot.currentPeriodEnd;
    this.at = currentPeriodStart;
    return this.update({
      priceId,
      latestInvoiceId: invoiceId,
      currentPeriodStart,
      currentPeriodEnd: currentPeriodStart + PERIOD,
    });
  }

  invoice(
    change: InvoiceFact['change'],
    invoiceId = this.snapshot.latestInvoiceId ?? '',
    lines?: InvoiceFact['lines'],
  ): this {
    const { priceId, currentPeriodStart: periodStart, currentPeriodEnd: periodEnd } = this.snapshot;
    return this.push({
      ...this.origin(),
      kind: 'invoice',
      change,
      invoiceId,
      total: PLANS.get(priceId)?.unitAmount ?? 0,
      currency: 'USD',
      attemptCount: 1,
      nextAttemptAt: null,
      lines: lines ?? [{ priceId, periodStart, periodEnd, proration: false }],
    });
  }

  /** A change to another price at the end of the period is put into a schedule, which is attached. */
  schedule(scheduleId: string, priceId: string): this {
    const { currentPeriodStart: startAt, currentPeriodEnd: endAt } = this.snapshot;
    const now = { startAt, endAt, priceId: this.snapshot.priceId, quantity: 1 };
    this.scheduleFact('created', scheduleId, [now]);
    this.reschedule(scheduleId, priceId);
    return this.snapshot.scheduleId === scheduleId ? this : this.update({ scheduleId });
  }

  /** The schedule's next phase gets another price, in place. */
  reschedule(scheduleId: string, priceId: string): this {
    const { currentPeriodStart: startAt, currentPeriodEnd: endAt } = this.snapshot;
    return this.scheduleFact('updated', scheduleId, [
      { startAt, endAt, priceId: this.snapshot.priceId, quantity: 1 },
      { startAt: endAt, endAt: null, priceId, quantity: 1 },
    ]);
  }

  /** The schedule lets go of the subscription: it was undone, or it is done. */
  release(scheduleId: string): this {
    this.update({ scheduleId: null });
    return this.scheduleFact('released', scheduleId, this.schedules.get(scheduleId)?.phases ?? [], 'released');
  }

  /** The boundary: the provider switches first, moves the schedule on, and lets go of it. */
  switchBySchedule(scheduleId: string, priceId: string, invoiceId: string): this {
    this.renew(invoiceId, priceId);
    const phases = this.schedules.get(scheduleId)?.phases ?? [];
    this.scheduleFact('updated', scheduleId, phases);
    return this.release(scheduleId);
  }

  private scheduleFact(
    change: ScheduleFact['change'],
    scheduleId: string,
    phases: ScheduleFact['phases'],
    scheduleStatus = 'active',
  ): this {
    const current = phases.findLast((phase) => phase.startAt <= this.at);
    const fact: ScheduleFact = {
      ...this.origin(),
      kind: 'schedule',
      change,
      scheduleId,
      scheduleStatus,
      currentPhase:
        scheduleStatus === 'active' && current
          ? { startAt: current.startAt, endAt: current.endAt ?? current.startAt + PERIOD }
          : null,
      phases,
      previousPhases: this.schedules.get(scheduleId)?.phases,
    };
    this.schedules.set(scheduleId, fact);
    return this.push(fact);
  }

  private subscription(
    change: SubscriptionFact['change'],
    changes: Partial<SubscriptionSnapshot>,
    previous: Partial<SubscriptionSnapshot>,
  ): SubscriptionFact {
    this.snapshot = { ...this.snapshot, ...changes };
    return { ...this.origin(), kind: 'subscription', change, snapshot: this.snapshot, previous };
  }

  private origin() {
    this.events += 1;
    return { ...SUBJECT, eventId: `evt_${String(this.events).padStart(3, '0')}`, occurredAt: this.at };
  }

  private push(fact: ProviderFact): this {
    this.facts.push(fact);
    return this;
  }
}
