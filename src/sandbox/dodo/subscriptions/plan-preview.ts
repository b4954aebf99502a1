import type { DodoPayments } from 'dodopayments';
import { newId } from '../objects/identifiers.js';
import type { Subscription } from '../objects/wire-types.js';
import type { BilledItem, ProrationLine } from './rules/proration.js';
import type { SellablePlan } from './subscription-plans.js';
import type { Billing } from './subscription-records.js';

type Preview = DodoPayments.SubscriptionPreviewChangePlanResponse;
type Line = Preview['immediate_charge']['line_items'][number];

export interface PreviewFields {
  readonly effectiveAt: string;
  readonly lines: readonly ProrationLine[];
  readonly billing: Billing;
  readonly plan: SellablePlan;
  /** The subscription as it would be. */
  readonly after: Subscription;
  readonly nameOf: (item: BilledItem) => string | null;
}

/** What the old plan gives back is a line with a negative factor: Dodo does not document how it shows it. */
export function toPreview({ effectiveAt, lines, billing, plan, after, nameOf }: PreviewFields): Preview {
  const { currency } = after;
  const toLine = ({ item, factor }: ProrationLine): Line => {
    const shared = {
      id: newId('line_item'),
      currency,
      proration_factor: factor,
      quantity: item.quantity,
      tax: 0,
      tax_inclusive: after.tax_inclusive,
      tax_rate: 0,
      unit_price: item.unitPrice,
      description: null,
    };
    const name = nameOf(item);
    return item.kind === 'addon'
      ? { ...shared, type: 'addon', name: name ?? item.id, tax_category: plan.product.tax_category }
      : { ...shared, type: 'subscription', name, product_id: item.id };
  };
  return {
    immediate_charge: {
      effective_at: effectiveAt,
      line_items: lines.map(toLine),
      summary: {
        currency,
        customer_credits: billing.credits,
        settlement_amount: billing.charge,
        settlement_currency: currency,
        settlement_tax: 0,
        tax: 0,
        total_amount: billing.charge,
      },
    },
    new_plan: { ...after, scheduled_change: null },
  };
}
