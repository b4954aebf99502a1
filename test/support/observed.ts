import type { ProviderFact, SubscriptionSnapshot } from '../../src/billing-providers/index.js';
import { DAY, PERIOD, SNAPSHOT, START } from './facts.js';

export type ObservedChange =
  | readonly ['renew' | 'unschedule' | 'hold' | 'fail_change' | 'recover' | 'cancel_at_end' | 'resume' | 'cancel']
  | readonly ['schedule' | 'switch' | 'switch_in_period', string];

interface State {
  readonly snapshot: SubscriptionSnapshot;
  readonly scheduled: { readonly id: string; readonly priceId: string; readonly effectiveAt: number } | null;
  /** The present period was not paid: a change within it failed. */
  readonly owesPeriod: boolean;
}

const STATUSES = {
  active: { status: 'active', accessSuspended: false },
  pending: { status: 'incomplete', accessSuspended: false },
  on_hold: { status: 'past_due', accessSuspended: true },
  cancelled: { status: 'canceled', accessSuspended: false },
} as const;

const SUBJECT = { provider: 'dodo', subscriptionId: 'sub_1', customerId: 'cus_1' } as const;

/** A subscription at a provider that is read, not told of: what it was at each moment, and what a reading of it says. */
export class Observed {
  private readonly moments: { readonly at: number; readonly state: State }[];
  private readings = 0;
  private schedules = 0;

  constructor(providerStatus: 'active' | 'pending' = 'active') {
    const snapshot = { ...SNAPSHOT, latestInvoiceId: null, providerStatus, ...STATUSES[providerStatus] };
    this.moments = [{ at: START, state: { snapshot, scheduled: null, owesPeriod: false } }];
  }

  /** @param life what happens, each so many seconds after the one before */
  static of(life: readonly (readonly [number, ObservedChange])[]): Observed {
    return new Observed().live(life);
  }

  /** When the last change happened; seconds since 1970. */
  get now(): number {
    return (this.moments.at(-1) as { at: number }).at;
  }

  live(life: readonly (readonly [number, ObservedChange])[]): this {
    for (const [seconds, change] of life) {
      const { at, state } = this.moments.at(-1) as (typeof this.moments)[number];
      if (state.snapshot.status === 'canceled') return this;
      const when = change[0] === 'renew' ? Math.max(at + seconds, state.snapshot.currentPeriodEnd) : at + seconds;
      this.moments.push({ at: when, state: this.change(state, change, when) });
    }
    return this;
  }

  /**
   * The facts of a reading that began then and saw what was so then. Ids go by when a reading began, and of one second by when it
   * was made.
   */
  read(beganAt: number, answeredAt: number): ProviderFact[] {
    const state =
      this.moments.findLast(({ at }) => at <= answeredAt)?.state ?? (this.moments[0] as { state: State }).state;
    const id = `observed:${String(beganAt * 1_000 + this.readings++).padStart(15, '0')}:r`;
    return factsOf(state, id, beganAt);
  }

  private change(state: State, change: ObservedChange, at: number): State {
    const { snapshot, scheduled } = state;
    const [kind, priceId = ''] = change;
    switch (kind) {
      case 'schedule': {
        const id = `sch_${++this.schedules}`;
        const next = { id, priceId, effectiveAt: snapshot.currentPeriodEnd };
        return { ...state, scheduled: next, snapshot: { ...snapshot, scheduleId: id } };
      }
      case 'unschedule':
        return { ...state, scheduled: null, snapshot: { ...snapshot, scheduleId: null } };
      case 'renew':
        return begin(state, at, scheduled?.priceId ?? snapshot.priceId);
      case 'switch':
        return begin(state, at, priceId);
      case 'switch_in_period':
        return { ...state, snapshot: { ...snapshot, priceId, scheduleId: null }, scheduled: null };
      case 'hold':
      case 'fail_change':
        return { ...state, owesPeriod: kind === 'fail_change', snapshot: withStatus(snapshot, 'on_hold') };
      case 'recover':
        if (snapshot.providerStatus === 'pending') return begin(state, at, snapshot.priceId);
        return { ...state, owesPeriod: false, snapshot: withStatus(snapshot, 'active') };
      case 'cancel_at_end':
        return { ...state, snapshot: { ...snapshot, cancelAt: snapshot.currentPeriodEnd } };
      case 'resume':
        return { ...state, snapshot: { ...snapshot, cancelAt: null } };
      case 'cancel': {
        const ended = { ...withStatus(snapshot, 'cancelled'), canceledAt: at, endedAt: at, cancelAt: null };
        return { ...state, scheduled: null, snapshot: { ...ended, scheduleId: null } };
      }
      default:
        return kind satisfies never;
    }
  }
}

const withStatus = (snapshot: SubscriptionSnapshot, providerStatus: keyof typeof STATUSES): SubscriptionSnapshot => ({
  ...snapshot,
  providerStatus,
  ...STATUSES[providerStatus],
});

/** A new period, paid. */
function begin(state: State, at: number, priceId: string): State {
  const period = { currentPeriodStart: at, currentPeriodEnd: at + PERIOD };
  const snapshot = { ...withStatus(state.snapshot, 'active'), ...period, priceId, scheduleId: null };
  return { snapshot, scheduled: null, owesPeriod: false };
}

function factsOf({ snapshot, scheduled, owesPeriod }: State, id: string, beganAt: number): ProviderFact[] {
  const origin = { ...SUBJECT, occurredAt: Math.max(beganAt, snapshot.currentPeriodStart) };
  const { currentPeriodStart: startAt, currentPeriodEnd: endAt, priceId } = snapshot;
  const invoice = (change: 'paid' | 'payment_failed', periodStart: number): ProviderFact => ({
    kind: 'invoice',
    ...origin,
    eventId: `${id}:invoice:${change}`,
    change,
    invoiceId: `period:${periodStart}:${priceId}`,
    total: 0,
    currency: 'USD',
    attemptCount: 1,
    nextAttemptAt: null,
    lines: [{ priceId, periodStart, periodEnd: periodStart + 30 * DAY, proration: false }],
  });
  const facts: ProviderFact[] = [
    { kind: 'subscription', ...origin, eventId: `${id}:subscription`, change: 'observed', snapshot, previous: {} },
  ];
  if (scheduled) {
    facts.push({
      kind: 'schedule',
      ...origin,
      eventId: `${id}:schedule`,
      change: 'observed',
      scheduleId: scheduled.id,
      scheduleStatus: 'active',
      currentPhase: { startAt, endAt: scheduled.effectiveAt },
      phases: [
        { startAt, endAt: scheduled.effectiveAt, priceId, quantity: 1 },
        { startAt: scheduled.effectiveAt, endAt: null, priceId: scheduled.priceId, quantity: 1 },
      ],
    });
  }
  if (snapshot.status === 'active') facts.push(invoice('paid', startAt));
  if (snapshot.providerStatus === 'on_hold' && owesPeriod) facts.push(invoice('payment_failed', startAt));
  if (snapshot.providerStatus === 'on_hold' && !owesPeriod) {
    facts.push(invoice('paid', startAt), invoice('payment_failed', endAt));
  }
  return facts;
}
