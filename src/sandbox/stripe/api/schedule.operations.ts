import { Inject, Injectable } from '@nestjs/common';
import type { Stripe } from 'stripe';
import type { PhaseRequest } from '../billing/schedule-phases.js';
import { Schedules } from '../billing/schedules.js';
import { StripeStore } from '../objects/stripe-store.js';
import type { SubscriptionSchedule } from '../objects/wire-types.js';
import { paginate } from '../wire/list.js';
import {
  applyMetadata,
  either,
  fields,
  flag,
  integer,
  isInRange,
  listOf,
  metadata,
  oneOf,
  pagination,
  range,
  text,
  type ShapeOf,
  type ValueOf,
} from '../wire/parameters.js';
import { invalidRequest, missingParameter } from '../wire/stripe-error.js';
import { operation, type Operation, type OperationSource } from './operation.js';
import { prorationBehavior } from './subscription.parameters.js';

const moment = either(oneOf('now'), integer);
const endBehavior = oneOf('release', 'cancel');

export const phase = fields(
  {
    items: listOf(
      fields(
        {
          price: text,
          quantity: integer,
          metadata,
        } satisfies ShapeOf<Stripe.SubscriptionScheduleUpdateParams.Phase.Item>,
        ['price'],
      ),
    ),
    start_date: moment,
    end_date: moment,
    duration: fields({ interval: oneOf('day', 'week', 'month', 'year'), interval_count: integer }, ['interval']),
    proration_behavior: prorationBehavior,
    metadata,
    currency: text,
  } satisfies ShapeOf<Stripe.SubscriptionScheduleUpdateParams.Phase>,
  ['items'],
);

const creation = fields({
  from_subscription: text,
  customer: text,
  phases: listOf(phase),
  end_behavior: endBehavior,
  metadata,
  start_date: moment,
} satisfies ShapeOf<Stripe.SubscriptionScheduleCreateParams>);
const update = fields({
  phases: listOf(phase),
  end_behavior: endBehavior,
  metadata,
  proration_behavior: prorationBehavior,
} satisfies ShapeOf<Stripe.SubscriptionScheduleUpdateParams>);
const list = fields({
  ...pagination,
  customer: text,
  scheduled: flag,
  created: range,
  released_at: range,
  canceled_at: range,
  completed_at: range,
} satisfies ShapeOf<Stripe.SubscriptionScheduleListParams>);

@Injectable()
export class ScheduleOperations implements OperationSource {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(Schedules) private readonly schedules: Schedules,
  ) {}

  operations(): Operation[] {
    const path = '/v1/subscription_schedules';
    const get = (id: string): SubscriptionSchedule => this.store.get('subscription_schedule', id);
    return [
      operation('POST', path, creation, ({ params }) => this.create(params)),
      operation('GET', `${path}/:id`, fields({}), ({ id }) => get(id)),
      operation('POST', `${path}/:id`, update, ({ id, params }) => this.update(get(id), params)),
      operation('POST', `${path}/:id/release`, fields({ preserve_cancel_date: flag }), ({ id }) =>
        this.schedules.release(get(id)),
      ),
      operation('POST', `${path}/:id/cancel`, fields({ invoice_now: flag, prorate: flag }), ({ id }) =>
        this.schedules.cancel(get(id)),
      ),
      operation('GET', path, list, ({ params }) => {
        const schedules = this.store
          .newestFirst('subscription_schedule')
          .filter(
            (schedule) =>
              schedule.customer === (params.customer ?? schedule.customer) &&
              (params.scheduled !== true || schedule.status === 'not_started') &&
              isInRange(schedule.created, params.created),
          );
        return paginate(schedules, params, path);
      }),
    ];
  }

  toPhaseRequests(phases: readonly ValueOf<typeof phase>[]): PhaseRequest[] {
    return phases.map((wanted, index) => {
      if (wanted.items.length === 0) throw missingParameter(`phases[${index}][items]`);
      return {
        start: wanted.start_date,
        end: wanted.end_date,
        duration: wanted.duration && {
          interval: wanted.duration.interval,
          interval_count: wanted.duration.interval_count ?? 1,
        },
        items: wanted.items.map((item, position) => ({
          price: this.store.get('price', item.price, `phases[${index}][items][${position}][price]`),
          quantity: item.quantity ?? 1,
          metadata: applyMetadata({}, item.metadata),
        })),
        prorationBehavior: wanted.proration_behavior,
        metadata: applyMetadata({}, wanted.metadata),
      };
    });
  }

  private create(params: ValueOf<typeof creation>): SubscriptionSchedule {
    if (params.from_subscription === undefined)
      throw invalidRequest(
        'The sandbox creates schedules only with `from_subscription`.',
        'from_subscription',
        'parameter_missing',
      );
    const other = Object.keys(params).find((key) => key !== 'from_subscription');
    if (other) throw invalidRequest(`You cannot set \`${other}\` if \`from_subscription\` is set.`, other);
    return this.schedules.createFrom(this.store.get('subscription', params.from_subscription, 'from_subscription'));
  }

  private update(schedule: SubscriptionSchedule, params: ValueOf<typeof update>): SubscriptionSchedule {
    return this.schedules.update(schedule, {
      phases: params.phases && this.toPhaseRequests(params.phases),
      endBehavior: params.end_behavior,
      metadata: applyMetadata(schedule.metadata ?? {}, params.metadata),
      prorationBehavior: params.proration_behavior ?? 'create_prorations',
    });
  }
}
