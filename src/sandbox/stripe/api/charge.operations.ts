import { Inject, Injectable } from '@nestjs/common';
import type { Stripe } from 'stripe';
import { Refunds } from '../billing/refunds.js';
import { EventLog } from '../objects/event-log.js';
import { StripeStore } from '../objects/stripe-store.js';
import type { Refund } from '../objects/wire-types.js';
import { paginate } from '../wire/list.js';
import {
  applyMetadata,
  fields,
  integer,
  isInRange,
  metadata,
  oneOf,
  pagination,
  range,
  text,
  type ShapeOf,
  type ValueOf,
} from '../wire/parameters.js';
import { missingParameter } from '../wire/stripe-error.js';
import { operation, type Operation, type OperationSource } from './operation.js';

const chargeList = fields({
  ...pagination,
  customer: text,
  payment_intent: text,
  created: range,
} satisfies ShapeOf<Stripe.ChargeListParams>);
const refundCreation = fields({
  payment_intent: text,
  charge: text,
  amount: integer,
  reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer'),
  metadata,
} satisfies ShapeOf<Stripe.RefundCreateParams>);
const refundList = fields({
  ...pagination,
  payment_intent: text,
  charge: text,
  created: range,
} satisfies ShapeOf<Stripe.RefundListParams>);
const disputeList = fields({
  ...pagination,
  payment_intent: text,
  charge: text,
  created: range,
} satisfies ShapeOf<Stripe.DisputeListParams>);

/** Charges, and what takes their money back: refunds and disputes. */
@Injectable()
export class ChargeOperations implements OperationSource {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(EventLog) private readonly events: EventLog,
    @Inject(Refunds) private readonly refunds: Refunds,
  ) {}

  operations(): Operation[] {
    const { store } = this;
    return [
      operation('GET', '/v1/charges/:id', fields({}), ({ id }) => store.get('charge', id)),
      operation('GET', '/v1/charges', chargeList, ({ params }) =>
        paginate(
          store
            .newestFirst('charge')
            .filter(
              (charge) =>
                charge.customer === (params.customer ?? charge.customer) &&
                charge.payment_intent === (params.payment_intent ?? charge.payment_intent) &&
                isInRange(charge.created, params.created),
            ),
          params,
          '/v1/charges',
        ),
      ),
      operation('POST', '/v1/refunds', refundCreation, ({ params }) => this.refund(params)),
      operation('GET', '/v1/refunds/:id', fields({}), ({ id }) => store.get('refund', id)),
      operation('POST', '/v1/refunds/:id', fields({ metadata }), ({ id, params }) =>
        this.refunds.update(store.get('refund', id), (refund) => {
          refund.metadata = applyMetadata(refund.metadata ?? {}, params.metadata);
        }),
      ),
      operation('GET', '/v1/refunds', refundList, ({ params }) => this.list('refund', params, '/v1/refunds')),
      operation('GET', '/v1/disputes/:id', fields({}), ({ id }) => store.get('dispute', id)),
      operation('POST', '/v1/disputes/:id', fields({ metadata }), ({ id, params }) => {
        const dispute = store.get('dispute', id);
        this.events.change('charge.dispute.updated', dispute, () => {
          dispute.metadata = applyMetadata(dispute.metadata, params.metadata);
        });
        return dispute;
      }),
      operation('GET', '/v1/disputes', disputeList, ({ params }) => this.list('dispute', params, '/v1/disputes')),
    ];
  }

  private list(name: 'refund' | 'dispute', params: ValueOf<typeof refundList>, url: string) {
    const found = this.store
      .newestFirst(name)
      .filter(
        ({ payment_intent: intent, charge, created }) =>
          intent === (params.payment_intent ?? intent) &&
          charge === (params.charge ?? charge) &&
          isInRange(created, params.created),
      );
    return paginate(found, params, url);
  }

  private refund(params: ValueOf<typeof refundCreation>): Refund {
    const intent = params.payment_intent
      ? this.store.get('payment_intent', params.payment_intent, 'payment_intent')
      : undefined;
    const chargeId = params.charge ?? intent?.latest_charge;
    if (!chargeId) throw missingParameter('charge');
    return this.refunds.create({
      charge: this.store.get('charge', chargeId, 'charge'),
      amount: params.amount,
      reason: params.reason ?? null,
      metadata: applyMetadata({}, params.metadata),
    });
  }
}
