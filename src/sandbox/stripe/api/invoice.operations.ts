import { Inject, Injectable } from '@nestjs/common';
import type { Stripe } from 'stripe';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { Invoices, subscriptionIdOf } from '../billing/invoices.js';
import { PaymentMethods } from '../billing/payment-methods.js';
import { Previews } from '../billing/previews.js';
import { computePhases } from '../billing/schedule-phases.js';
import { cardError, periodEndOf } from '../billing/subscription-rules.js';
import { StripeStore } from '../objects/stripe-store.js';
import { toSubscriptionItem } from '../objects/subscription-objects.js';
import type { Invoice, Subscription, SubscriptionSchedule } from '../objects/wire-types.js';
import { paginate } from '../wire/list.js';
import {
  fields,
  flag,
  isInRange,
  listOf,
  oneOf,
  pagination,
  range,
  text,
  type ShapeOf,
  type ValueOf,
} from '../wire/parameters.js';
import { invalidRequest, missingParameter } from '../wire/stripe-error.js';
import { operation, type Operation, type OperationSource } from './operation.js';
import { phase, ScheduleOperations } from './schedule.operations.js';
import { SubscriptionOperations } from './subscription.operations.js';
import { previewDetails, prorationBehavior } from './subscription.parameters.js';

const list = fields({
  ...pagination,
  customer: text,
  subscription: text,
  status: oneOf('draft', 'open', 'paid', 'uncollectible', 'void'),
  created: range,
  collection_method: text,
} satisfies ShapeOf<Stripe.InvoiceListParams>);
const pay = fields({
  payment_method: text,
  paid_out_of_band: flag,
  off_session: flag,
  forgive: flag,
} satisfies ShapeOf<Stripe.InvoicePayParams>);
const preview = fields({
  customer: text,
  subscription: text,
  subscription_details: previewDetails,
  schedule: text,
  schedule_details: fields({
    phases: listOf(phase),
    end_behavior: oneOf('release', 'cancel'),
    proration_behavior: prorationBehavior,
  } satisfies ShapeOf<Stripe.InvoiceCreatePreviewParams.ScheduleDetails>),
  preview_mode: oneOf('next', 'recurring'),
} satisfies ShapeOf<Stripe.InvoiceCreatePreviewParams>);
const paymentList = fields({
  ...pagination,
  invoice: text,
  payment: fields({ type: oneOf('payment_intent'), payment_intent: text }, ['type']),
  status: oneOf('canceled', 'open', 'paid'),
  created: range,
} satisfies ShapeOf<Stripe.InvoicePaymentListParams>);

@Injectable()
export class InvoiceOperations implements OperationSource {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(Invoices) private readonly invoices: Invoices,
    @Inject(PaymentMethods) private readonly methods: PaymentMethods,
    @Inject(Previews) private readonly previews: Previews,
    @Inject(SubscriptionOperations) private readonly subscriptions: SubscriptionOperations,
    @Inject(ScheduleOperations) private readonly schedules: ScheduleOperations,
  ) {}

  operations(): Operation[] {
    const get = (id: string): Invoice => this.store.get('invoice', id);
    return [
      operation('POST', '/v1/invoices/create_preview', preview, ({ params }) => this.preview(params)),
      operation('GET', '/v1/invoices/:id', fields({}), ({ id }) => get(id)),
      operation('POST', '/v1/invoices/:id/pay', pay, ({ id, params }) => this.pay(get(id), params)),
      operation('POST', '/v1/invoices/:id/finalize', fields({ auto_advance: flag }), ({ id }) =>
        this.finalize(get(id)),
      ),
      operation('POST', '/v1/invoices/:id/void', fields({}), ({ id }) => this.void(get(id))),
      operation('GET', '/v1/invoices/:id/lines', fields(pagination), ({ id, params }) =>
        paginate(get(id).lines.data, params, `/v1/invoices/${id}/lines`),
      ),
      operation('GET', '/v1/invoices', list, ({ params }) => this.list(params)),
      operation('GET', '/v1/invoice_payments/:id', fields({}), ({ id }) => this.store.get('invoice_payment', id)),
      operation('GET', '/v1/invoice_payments', paymentList, ({ params }) => {
        const payments = this.store
          .newestFirst('invoice_payment')
          .filter(
            (payment) =>
              payment.invoice === (params.invoice ?? payment.invoice) &&
              payment.status === (params.status ?? payment.status) &&
              payment.payment.payment_intent === (params.payment?.payment_intent ?? payment.payment.payment_intent),
          );
        return paginate(payments, params, '/v1/invoice_payments');
      }),
    ];
  }

  private pay(invoice: Invoice, params: ValueOf<typeof pay>): Invoice {
    if (invoice.status === 'paid') throw invalidRequest('Invoice is already paid', undefined, 'invoice_already_paid');
    if (invoice.status === 'void')
      throw invalidRequest('This invoice can no longer be paid.', undefined, 'invoice_not_editable');
    if (params.paid_out_of_band) {
      this.invoices.markPaidOutOfBand(invoice);
      return invoice;
    }
    const methodId = params.payment_method
      ? this.methods.resolveFor(invoice.customer!, params.payment_method, 'payment_method').id
      : undefined;
    const outcome = this.invoices.attempt(invoice, { methodId, manual: true });
    if (outcome.paid) return invoice;
    const intent = this.store.find('payment_intent', this.invoices.paymentOf(invoice).payment.payment_intent);
    throw cardError(outcome.failure, intent ? { payment_intent: structuredClone(intent) } : {});
  }

  private finalize(invoice: Invoice): Invoice {
    if (invoice.status !== 'draft')
      throw invalidRequest(
        'This invoice is already finalized, you can only finalize draft invoices.',
        undefined,
        'invoice_not_editable',
      );
    this.invoices.finalize(invoice);
    return invoice;
  }

  private void(invoice: Invoice): Invoice {
    if (invoice.status !== 'open')
      throw invalidRequest(
        `You can only pass in open invoices. This invoice isn't open.`,
        undefined,
        'invoice_not_editable',
      );
    return this.invoices.void(invoice);
  }

  private list(params: ValueOf<typeof list>) {
    const invoices = this.store
      .newestFirst('invoice')
      .filter(
        (invoice) =>
          invoice.customer === (params.customer ?? invoice.customer) &&
          invoice.status === (params.status ?? invoice.status) &&
          (params.subscription === undefined || subscriptionIdOf(invoice) === params.subscription) &&
          isInRange(invoice.created, params.created),
      );
    return paginate(invoices, params, '/v1/invoices');
  }

  private preview(params: ValueOf<typeof preview>): Invoice {
    const schedule = params.schedule ? this.store.get('subscription_schedule', params.schedule, 'schedule') : undefined;
    const subscription = this.findSubscription(
      params.subscription ?? schedule?.subscription ?? undefined,
      params.customer,
    );
    if (params.schedule_details?.phases && schedule)
      return this.previewPhases(subscription, schedule, params.schedule_details.phases);
    const change =
      params.subscription_details && this.subscriptions.computeChange(subscription, params.subscription_details);
    return change ? this.previews.ofChange(subscription, change) : this.previews.ofRenewal(subscription);
  }

  private previewPhases(
    subscription: Subscription,
    schedule: SubscriptionSchedule,
    phases: readonly ValueOf<typeof phase>[],
  ): Invoice {
    const start = periodEndOf(subscription);
    const plan = computePhases(schedule, this.schedules.toPhaseRequests(phases), this.clock.seconds());
    const next = plan.phases.findLast(({ start_date: from }) => from <= start)!;
    const items = next.items.map(({ price, quantity = 1 }, index) =>
      toSubscriptionItem({
        ...(subscription.items.data[index] ?? subscription.items.data[0]!),
        price: this.store.get('price', price),
        quantity,
      }),
    );
    return this.previews.ofRenewal(subscription, [], items);
  }

  private findSubscription(id: string | undefined, customer: string | undefined): Subscription {
    if (id !== undefined) return this.store.get('subscription', id, 'subscription');
    if (customer === undefined) throw missingParameter('customer');
    const only = this.store.newestFirst('subscription').find((candidate) => candidate.customer === customer);
    if (!only) throw invalidRequest('The sandbox previews only existing subscriptions.', 'subscription');
    return only;
  }
}
