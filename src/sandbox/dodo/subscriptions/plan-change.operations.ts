import { Inject, Injectable } from '@nestjs/common';
import type { DodoPayments } from 'dodopayments';
import { operation, type Operation, type OperationSource } from '../api/operation.js';
import { DodoStore } from '../objects/dodo-store.js';
import {
  fields,
  flag,
  integerFrom,
  listOf,
  metadata,
  nullable,
  oneOf,
  text,
  type ShapeOf,
  type ValueOf,
} from '../wire/parameters.js';
import type { PlanChangeRequest } from './plan-change-rules.js';
import { PlanChanges } from './plan-changes.js';

const addon = fields({ addon_id: text, quantity: integerFrom(1) } satisfies ShapeOf<DodoPayments.AttachAddon>, [
  'addon_id',
  'quantity',
]);
const body = fields(
  {
    addons: nullable(listOf(addon)),
    cancel_scheduled_change_plan: flag,
    collect_via_payment_link: flag,
    effective_at: oneOf('immediately', 'next_billing_date'),
    metadata: nullable(metadata),
    on_payment_failure: nullable(oneOf('prevent_change', 'apply_change')),
    product_id: text,
    proration_billing_mode: oneOf('prorated_immediately', 'full_immediately', 'difference_immediately', 'do_not_bill'),
    quantity: integerFrom(1),
  } satisfies ShapeOf<DodoPayments.SubscriptionChangePlanParams>,
  ['product_id', 'proration_billing_mode', 'quantity'],
);

/** Add-ons that are not named are taken away, and a failure that is not spoken of applies the change: both as at Dodo. */
const toRequest = (params: ValueOf<typeof body>): PlanChangeRequest => ({
  terms: { productId: params.product_id, quantity: params.quantity, addons: params.addons ?? [] },
  mode: params.proration_billing_mode,
  effectiveAt: params.effective_at ?? 'immediately',
  onPaymentFailure: params.on_payment_failure ?? 'apply_change',
  metadata: params.metadata ?? undefined,
  replacesSchedule: params.cancel_scheduled_change_plan ?? false,
  collectsViaLink: params.collect_via_payment_link ?? false,
});

@Injectable()
export class PlanChangeOperations implements OperationSource {
  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(PlanChanges) private readonly changes: PlanChanges,
  ) {}

  operations(): Operation[] {
    return [
      operation('POST', '/subscriptions/:id/change-plan/preview', body, ({ id, params }) =>
        this.changes.preview(this.store.get('subscription', id), toRequest(params)),
      ),
      operation('POST', '/subscriptions/:id/change-plan', body, ({ id, params }) =>
        this.changes.change(this.store.get('subscription', id), toRequest(params)),
      ),
      operation('DELETE', '/subscriptions/:id/change-plan/scheduled', fields({}), ({ id }) =>
        this.changes.cancelScheduled(this.store.get('subscription', id)),
      ),
    ];
  }
}
