import { Inject, Injectable } from '@nestjs/common';
import { Agenda } from '../../clock/agenda.js';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { SANDBOX_OPTIONS, type ResolvedOptions } from '../../options.js';
import { EventLog } from '../objects/event-log.js';
import { newId } from '../objects/identifiers.js';
import { toPhase, toSchedule } from '../objects/schedule-objects.js';
import { StripeStore } from '../objects/stripe-store.js';
import { toSubscriptionItem } from '../objects/subscription-objects.js';
import type { SchedulePhase, Subscription, SubscriptionItem, SubscriptionSchedule } from '../objects/wire-types.js';
import { invalidRequest } from '../wire/stripe-error.js';
import type { ProrationBehavior } from './billing.types.js';
import { computeItemChange } from './item-change.js';
import { computePhases, splitCurrentPhase, type PhaseRequest } from './schedule-phases.js';
import { PHASE_BOUNDARY, SubscriptionEndings } from './subscription-endings.js';
import { isEnded, periodEndOf } from './subscription-rules.js';
import { SubscriptionUpdates } from './subscription-updates.js';

export interface ScheduleUpdate {
  readonly phases: readonly PhaseRequest[] | undefined;
  readonly endBehavior: 'release' | 'cancel' | undefined;
  readonly metadata: Record<string, string>;
  readonly prorationBehavior: ProrationBehavior;
}

/** Subscription schedules: a list of phases that a subscription walks through. */
@Injectable()
export class Schedules {
  private renew: (subscription: Subscription) => void = () => undefined;
  /** The schedule that is changing items itself right now: its own change must not split its phases. */
  private moving: string | undefined;

  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(EventLog) private readonly events: EventLog,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(Agenda) private readonly agenda: Agenda,
    @Inject(SubscriptionUpdates) private readonly updates: SubscriptionUpdates,
    @Inject(SubscriptionEndings) private readonly endings: SubscriptionEndings,
    @Inject(SANDBOX_OPTIONS) private readonly options: ResolvedOptions,
  ) {
    agenda.on(PHASE_BOUNDARY, (id) => this.onPhaseBoundary(store.get('subscription_schedule', id)));
    updates.onItemsChanged((subscription) => this.splitPhase(subscription));
  }

  /** Set by the renewals: a phase that ends with the period is entered by the renewal. */
  onBoundary(renew: (subscription: Subscription) => void): void {
    this.renew = renew;
  }

  createFrom(subscription: Subscription): SubscriptionSchedule {
    if (isEnded(subscription))
      throw invalidRequest('You cannot migrate a subscription that is already canceled.', 'from_subscription');
    if (subscription.schedule !== null)
      throw invalidRequest(
        `You cannot migrate a subscription that is already attached to a schedule: \`${subscription.schedule}\`.`,
        'from_subscription',
      );
    const { current_period_start: start, current_period_end: end } = subscription.items.data[0]!;
    const phase = toPhase({
      start,
      end,
      items: subscription.items.data.map(({ price, quantity = 1, metadata }) => ({ price, quantity, metadata })),
      prorationBehavior: 'create_prorations',
      metadata: {},
    });
    const schedule = toSchedule(newId('subscription_schedule'), this.clock.seconds(), subscription, phase);
    this.store.insert('subscription_schedule', schedule);
    this.events.emit('subscription_schedule.created', schedule);
    this.updates.change(subscription, () => {
      subscription.schedule = schedule.id;
    });
    this.agenda.schedule(PHASE_BOUNDARY, schedule.id, end * 1000);
    return schedule;
  }

  update(schedule: SubscriptionSchedule, request: ScheduleUpdate): SubscriptionSchedule {
    this.requireStatus(schedule, 'update');
    const plan = request.phases && computePhases(schedule, request.phases, this.clock.seconds());
    const endBehavior = request.endBehavior ?? schedule.end_behavior;
    const subscription = this.store.get('subscription', schedule.subscription!);
    if (plan) this.store.insert('schedule_note', { id: schedule.id, openEnded: plan.openEnded });
    this.events.change('subscription_schedule.updated', schedule, () => {
      schedule.metadata = request.metadata;
      schedule.end_behavior = endBehavior;
      if (plan) schedule.phases = plan.phases;
      const current = schedule.phases.find(({ start_date: start }) => start === schedule.current_phase!.start_date)!;
      schedule.current_phase = { start_date: current.start_date, end_date: current.end_date };
    });
    if (request.endBehavior === 'release' && subscription.cancel_at !== null)
      this.updates.change(subscription, () =>
        Object.assign(subscription, { cancel_at: null, cancel_at_period_end: false, canceled_at: null }),
      );
    this.agenda.schedule(PHASE_BOUNDARY, schedule.id, schedule.current_phase!.end_date * 1000);
    if (plan) this.applyPhase(schedule, subscription, schedule.current_phase!.start_date, request.prorationBehavior);
    return schedule;
  }

  release(schedule: SubscriptionSchedule): SubscriptionSchedule {
    this.requireStatus(schedule, 'release');
    const subscription = this.store.get('subscription', schedule.subscription!);
    const previous = { current_phase: schedule.current_phase, status: schedule.status, subscription: subscription.id };
    this.agenda.cancel(PHASE_BOUNDARY, schedule.id);
    Object.assign(schedule, {
      status: 'released',
      released_at: this.clock.seconds(),
      released_subscription: subscription.id,
      subscription: null,
      current_phase: null,
    } satisfies Partial<SubscriptionSchedule>);
    this.events.emit('subscription_schedule.released', schedule);
    this.updates.change(subscription, () => {
      subscription.schedule = null;
    });
    this.events.emit('subscription_schedule.updated', schedule, {
      ...previous,
      released_at: null,
      released_subscription: null,
    });
    return schedule;
  }

  /** Cancels the subscription with it. */
  cancel(schedule: SubscriptionSchedule): SubscriptionSchedule {
    this.requireStatus(schedule, 'cancel');
    this.endings.cancel(this.store.get('subscription', schedule.subscription!), 'cancellation_requested');
    return schedule;
  }

  /** The phase that begins at this boundary of the period, as items of the subscription; nothing when none begins. */
  enterPhase(
    subscription: Subscription,
    at: number,
  ): { items: SubscriptionItem[]; metadata: Record<string, string> } | undefined {
    const phase = this.activeOf(subscription)?.phases.find(({ start_date: start }) => start === at);
    return phase && { items: this.toItems(subscription, phase), metadata: { ...phase.metadata } };
  }

  /** `end_behavior: cancel`: the schedule and the subscription end together. */
  endsBy(subscription: Subscription, end: number): boolean {
    const schedule = this.activeOf(subscription);
    if (schedule?.end_behavior !== 'cancel' || schedule.phases.at(-1)!.end_date > end) return false;
    schedule.status = 'completed';
    schedule.completed_at = this.clock.seconds();
    schedule.current_phase = null;
    this.agenda.cancel(PHASE_BOUNDARY, schedule.id);
    this.events.emit('subscription_schedule.completed', schedule);
    this.endings.cancel(subscription, 'cancellation_requested');
    return true;
  }

  /** Moves the current phase on and releases the schedule when nothing is left to do. */
  afterBoundary(subscription: Subscription, at: number): void {
    const schedule = this.activeOf(subscription);
    if (!schedule) return;
    const phase = schedule.phases.findLast(({ start_date: start }) => start <= at)!;
    this.events.change('subscription_schedule.updated', schedule, () => {
      schedule.current_phase = { start_date: phase.start_date, end_date: phase.end_date };
    });
    const isLast = phase === schedule.phases.at(-1);
    const isDone = phase.end_date <= at || (isLast && this.letsGoAtStart(schedule) && phase.start_date === at);
    if (isLast && isDone && schedule.end_behavior !== 'cancel') this.release(schedule);
    else this.agenda.schedule(PHASE_BOUNDARY, schedule.id, phase.end_date * 1000);
  }

  private letsGoAtStart(schedule: SubscriptionSchedule): boolean {
    const isOpen = this.store.find('schedule_note', schedule.id)?.openEnded ?? false;
    return isOpen && schedule.phases.length > 1 && this.options.stripe.openPhaseReleases === 'at_its_start';
  }

  private onPhaseBoundary(schedule: SubscriptionSchedule): void {
    if (schedule.status !== 'active') return;
    const subscription = this.store.get('subscription', schedule.subscription!);
    const now = this.clock.seconds();
    if (periodEndOf(subscription) <= now) {
      this.renew(subscription);
      return;
    }
    const at = schedule.current_phase!.end_date;
    if (this.endsBy(subscription, at)) return;
    const phase = schedule.phases.find(({ start_date: start }) => start === at);
    if (phase) this.applyPhase(schedule, subscription, at, phase.proration_behavior as ProrationBehavior);
    this.afterBoundary(subscription, at);
  }

  /** Brings the items to those of a phase inside a running period. */
  private applyPhase(
    schedule: SubscriptionSchedule,
    subscription: Subscription,
    start: number,
    prorationBehavior: ProrationBehavior,
  ): void {
    const phase = schedule.phases.find((candidate) => candidate.start_date === start)!;
    const items = this.toItems(subscription, phase);
    if (
      items.length === subscription.items.data.length &&
      items.every((item, index) => isSame(item, subscription.items.data[index]))
    )
      return;
    const kept = new Set(items.map(({ id }) => id));
    const change = computeItemChange(subscription, {
      items: [
        ...items.map(({ id, price, quantity }) =>
          subscription.items.data.some((item) => item.id === id) ? { id, price, quantity } : { price, quantity },
        ),
        ...subscription.items.data.filter(({ id }) => !kept.has(id)).map(({ id }) => ({ id, deleted: true })),
      ],
      now: this.clock.seconds(),
      prorationBehavior,
      prorationDate: undefined,
      anchorNow: false,
      endTrial: false,
    });
    this.moving = schedule.id;
    try {
      this.updates.apply(subscription, change, 'allow_incomplete', () => {
        subscription.metadata = { ...subscription.metadata, ...phase.metadata };
      });
    } finally {
      this.moving = undefined;
    }
  }

  private splitPhase(subscription: Subscription): void {
    const schedule = this.activeOf(subscription);
    if (!schedule || schedule.id === this.moving) return;
    const now = this.clock.seconds();
    const items = subscription.items.data.map(({ price, quantity = 1, metadata }) => ({ price, quantity, metadata }));
    this.events.change('subscription_schedule.updated', schedule, () => {
      const { end_date: end } = schedule.current_phase!;
      schedule.phases = splitCurrentPhase(schedule, now, items);
      schedule.current_phase = { start_date: now, end_date: end };
    });
  }

  /** Item ids survive where the phase has an item at the same place. */
  private toItems(subscription: Subscription, phase: SchedulePhase): SubscriptionItem[] {
    return phase.items.map(({ price, quantity = 1, metadata }, index) => {
      const existing = subscription.items.data[index];
      return toSubscriptionItem({
        ...(existing ?? subscription.items.data[0]!),
        ...(existing ? { id: existing.id } : { id: newId('subscription_item') }),
        price: this.store.get('price', price),
        quantity,
        metadata: metadata && Object.keys(metadata).length > 0 ? metadata : (existing?.metadata ?? {}),
      });
    });
  }

  private activeOf(subscription: Subscription): SubscriptionSchedule | undefined {
    const schedule = this.store.find('subscription_schedule', subscription.schedule);
    return schedule?.status === 'active' ? schedule : undefined;
  }

  private requireStatus(schedule: SubscriptionSchedule, verb: string): void {
    if (schedule.status === 'active' || schedule.status === 'not_started') return;
    throw invalidRequest(
      `You cannot ${verb} a subscription schedule that is currently in the \`${schedule.status}\` status. A subscription schedule must be in the \`not_started\` or \`active\` status.`,
    );
  }
}

const isSame = (a: SubscriptionItem, b: SubscriptionItem | undefined): boolean =>
  a.price.id === b?.price.id && a.quantity === b.quantity;
