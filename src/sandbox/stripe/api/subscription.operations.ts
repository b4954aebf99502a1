import { Inject, Injectable } from '@nestjs/common';
import { Agenda } from '../../clock/agenda.js';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { computeItemChange, type ItemRequest } from '../billing/item-change.js';
import type { ItemChange } from '../billing/billing.types.js';
import { PaymentMethods } from '../billing/payment-methods.js';
import { SubscriptionCreation } from '../billing/subscription-creation.js';
import { CANCEL_AT, SubscriptionEndings } from '../billing/subscription-endings.js';
import { isEnded, periodEndOf, requireNoSchedule, requireNotEnded } from '../billing/subscription-rules.js';
import { SubscriptionUpdates } from '../billing/subscription-updates.js';
import { StripeStore } from '../objects/stripe-store.js';
import type { Subscription } from '../objects/wire-types.js';
import { paginate } from '../wire/list.js';
import { applyMetadata, fields, isInRange, type ValueOf } from '../wire/parameters.js';
import { invalidRequest, missingParameter, resourceMissing } from '../wire/stripe-error.js';
import { operation, type Operation, type OperationSource } from './operation.js';
import * as parameters from './subscription.parameters.js';

type Update = ValueOf<typeof parameters.update>;

/** With `pending_if_incomplete` only these may be changed, since the rest cannot wait for a payment. */
const PENDING_PARAMETERS = new Set([
  'items',
  'payment_behavior',
  'proration_behavior',
  'proration_date',
  'billing_cycle_anchor',
  'trial_end',
  'off_session',
]);

@Injectable()
export class SubscriptionOperations implements OperationSource {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(Agenda) private readonly agenda: Agenda,
    @Inject(PaymentMethods) private readonly methods: PaymentMethods,
    @Inject(SubscriptionCreation) private readonly creation: SubscriptionCreation,
    @Inject(SubscriptionUpdates) private readonly updates: SubscriptionUpdates,
    @Inject(SubscriptionEndings) private readonly endings: SubscriptionEndings,
  ) {}

  operations(): Operation[] {
    const path = '/v1/subscriptions/:id';
    return [
      operation('POST', '/v1/subscriptions', parameters.creation, ({ params }) => this.create(params)),
      operation('GET', path, fields({}), ({ id }) => this.store.get('subscription', id)),
      operation('POST', path, parameters.update, ({ id, params }) =>
        this.update(this.store.get('subscription', id), params),
      ),
      operation('DELETE', path, parameters.cancellation, ({ id, params }) => this.cancel(id, params)),
      operation('GET', '/v1/subscriptions', parameters.list, ({ params }) => this.list(params)),
    ];
  }

  /** The items of a request with their prices looked up. */
  toItemRequests(items: NonNullable<Update['items']>): ItemRequest[] {
    return items.map(({ price, metadata, ...rest }, index) => ({
      ...rest,
      price: price === undefined ? undefined : this.store.get('price', price, `items[${index}][price]`),
      ...(metadata === undefined ? {} : { metadata: applyMetadata({}, metadata) }),
    }));
  }

  /** Undefined when the request does not concern items, anchor or trial. */
  computeChange(subscription: Subscription, params: ValueOf<typeof parameters.previewDetails>): ItemChange | undefined {
    const anchorNow = params.billing_cycle_anchor?.type === 'now';
    const endTrial = params.trial_end === 'now' && subscription.status === 'trialing';
    if (!params.items?.length && !anchorNow && !endTrial) return undefined;
    this.requireInPeriod(subscription, params.proration_date);
    return computeItemChange(subscription, {
      items: this.toItemRequests(params.items ?? []),
      now: this.clock.seconds(),
      prorationBehavior: params.proration_behavior ?? 'create_prorations',
      prorationDate: params.proration_date,
      anchorNow,
      endTrial,
    });
  }

  private create(params: ValueOf<typeof parameters.creation>): Subscription {
    const customer = this.store.get('customer', params.customer, 'customer');
    if (params.items.length === 0) throw missingParameter('items');
    const items = params.items.map(({ price, quantity = 1, metadata }, index) => ({
      price: this.store.get('price', price, `items[${index}][price]`),
      quantity,
      metadata: applyMetadata({}, metadata),
    }));
    const trialEnd =
      params.trial_end ?? (params.trial_period_days ? this.clock.seconds() + params.trial_period_days * 86_400 : null);
    const subscription = this.creation.create({
      customer,
      items,
      metadata: applyMetadata({}, params.metadata),
      description: params.description ?? null,
      defaultPaymentMethod: params.default_payment_method
        ? this.methods.resolveFor(customer.id, params.default_payment_method, 'default_payment_method').id
        : null,
      trialEnd: trialEnd === 'now' ? null : trialEnd,
      paymentBehavior: params.payment_behavior ?? 'allow_incomplete',
      billingMode: params.billing_mode?.type ?? 'flexible',
      startsIncomplete: false,
    });
    if (params.cancel_at_period_end) this.update(subscription, { cancel_at_period_end: true });
    return subscription;
  }

  private update(subscription: Subscription, params: Update): Subscription {
    const others = Object.keys(params).filter((key) => key !== 'metadata' && key !== 'cancellation_details');
    if (others.length > 0) requireNotEnded(subscription);
    for (const param of ['cancel_at_period_end', 'cancel_at'] as const)
      if (params[param] !== undefined) requireNoSchedule(subscription, param);
    const behavior = params.payment_behavior ?? 'allow_incomplete';
    const refused =
      behavior === 'pending_if_incomplete' &&
      others.concat('metadata' in params ? 'metadata' : []).find((key) => !PENDING_PARAMETERS.has(key));
    if (refused)
      throw invalidRequest(
        `When \`payment_behavior\` is set to \`pending_if_incomplete\`, you can only pass the supported parameters. \`${refused}\` is not one of them.`,
        refused,
      );
    const method =
      params.default_payment_method &&
      this.methods.resolveFor(subscription.customer, params.default_payment_method, 'default_payment_method');
    const plain = (): void => {
      this.setPlain(subscription, params);
      if (params.default_payment_method !== undefined) subscription.default_payment_method = method ? method.id : null;
    };
    const change = this.computeChange(subscription, params);
    const named = params.default_payment_method === undefined ? undefined : method ? method.id : null;
    if (change) this.updates.apply(subscription, change, behavior, plain, named);
    else this.updates.change(subscription, plain);
    this.planCancellation(subscription);
    return subscription;
  }

  private setPlain(subscription: Subscription, params: Update): void {
    subscription.metadata = applyMetadata(subscription.metadata, params.metadata);
    if (params.description !== undefined) subscription.description = params.description;
    if (params.payment_settings) Object.assign(subscription.payment_settings!, params.payment_settings);
    if (params.cancellation_details) Object.assign(subscription.cancellation_details!, params.cancellation_details);
    if (typeof params.trial_end === 'number') subscription.trial_end = params.trial_end;
    if (params.cancel_at_period_end === undefined && params.cancel_at === undefined) return;
    const at = params.cancel_at_period_end ? periodEndOf(subscription) : (params.cancel_at ?? null);
    subscription.cancel_at = at;
    subscription.cancel_at_period_end = params.cancel_at_period_end ?? false;
    subscription.canceled_at = at === null ? null : this.clock.seconds();
    subscription.cancellation_details!.reason = at === null ? null : 'cancellation_requested';
  }

  private planCancellation(subscription: Subscription): void {
    if (subscription.cancel_at === null) this.agenda.cancel(CANCEL_AT, subscription.id);
    else if (!isEnded(subscription)) this.agenda.schedule(CANCEL_AT, subscription.id, subscription.cancel_at * 1000);
  }

  private requireInPeriod(subscription: Subscription, prorationDate: number | undefined): void {
    if (prorationDate === undefined) return;
    const { current_period_start: start, current_period_end: end } = subscription.items.data[0]!;
    if (prorationDate < start || prorationDate > end)
      throw invalidRequest('Cannot specify `proration_date` outside of the current billing period.', 'proration_date');
  }

  private cancel(id: string, params: ValueOf<typeof parameters.cancellation>): Subscription {
    const subscription = this.store.get('subscription', id);
    if (isEnded(subscription)) throw resourceMissing('subscription', id);
    if (params.cancellation_details) Object.assign(subscription.cancellation_details!, params.cancellation_details);
    this.endings.cancel(subscription, 'cancellation_requested');
    return subscription;
  }

  /** Without a status the ended ones are left out, as at Stripe. */
  private list(params: ValueOf<typeof parameters.list>) {
    const hasStatus = ({ status }: Subscription): boolean => {
      if (params.status === 'all') return true;
      if (params.status === 'ended') return status === 'canceled' || status === 'incomplete_expired';
      return params.status === undefined ? status !== 'canceled' : status === params.status;
    };
    const subscriptions = this.store.newestFirst('subscription').filter((subscription) => {
      const item = subscription.items.data[0]!;
      return (
        hasStatus(subscription) &&
        subscription.customer === (params.customer ?? subscription.customer) &&
        (params.price === undefined || subscription.items.data.some(({ price }) => price.id === params.price)) &&
        isInRange(subscription.created, params.created) &&
        isInRange(item.current_period_start, params.current_period_start) &&
        isInRange(item.current_period_end, params.current_period_end)
      );
    });
    return paginate(subscriptions, params, '/v1/subscriptions');
  }
}
