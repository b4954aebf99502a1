import type { SaleItem } from './sale-item.js';
import type { Sale } from './sale.js';

/**
 * `data` of the messages about sales and upsells. Ids are uuids of this service, but `user_id` and `group_id`, which are the
 * merchant's own; amounts are minor units of the currency beside them; times ISO 8601 in UTC.
 */
export interface OfferNames {
  readonly offer_id: string;
  readonly offer_code: string;
  /** Of what is bought once. */
  readonly product_code: string | null;
  /** Of a plan. */
  readonly plan_code: string | null;
}

export interface ItemData extends OfferNames {
  readonly item_id: string;
  readonly kind: 'main' | 'upsell';
  readonly status: SaleItem['status'];
  readonly amount: number;
  readonly refunded_amount: number;
  readonly currency: string;
}

/** `sale.approved`, `sale.extended`, `sale.finalized`, `sale.closed`: the sale as it is now, whole. */
export interface SaleData {
  readonly sale_id: string;
  readonly user_id: string;
  readonly group_id: string | null;
  readonly status: Sale['status'];
  /** Nothing is offered any more: what was bought can be sent together. A payment that comes late may still add to it. */
  readonly is_closed: boolean;
  readonly payment_provider: string;
  readonly provider_payment_id: string;
  readonly amount: number;
  readonly currency: string;
  readonly paid_at: string;
  readonly items: readonly ItemData[];
}

/**
 * `upsell.accepted`, `upsell.paid`, `upsell.failed` (with `reason`), `upsell.refunded` (with `added_amount`, `is_full`); for what was
 * bought first `sale.refunded`, as `upsell.refunded`. Each part that goes back is a message of its own.
 * `upsell.declined` has no item: `sale_id`, `user_id`, `step_id`, and `offers` with the names of each.
 */
export interface UpsellData extends ItemData {
  readonly sale_id: string;
  readonly user_id: string;
}

export const toItemData = (item: SaleItem, names: OfferNames): ItemData => ({
  item_id: item.uuid,
  kind: item.kind,
  ...names,
  status: item.status,
  amount: item.amount,
  refunded_amount: item.refundedAmount,
  currency: item.currency,
});

export const toSaleData = (
  sale: Sale,
  more: { readonly userId: string; readonly groupId: string | null; readonly items: readonly ItemData[] },
): SaleData => ({
  sale_id: sale.uuid,
  user_id: more.userId,
  group_id: more.groupId,
  status: sale.status,
  is_closed: sale.closedAt !== null,
  payment_provider: sale.provider,
  provider_payment_id: sale.providerPaymentId,
  amount: sale.amount,
  currency: sale.currency,
  paid_at: sale.paidAt.toISOString(),
  items: more.items,
});

export const toUpsellData = (sale: Sale, userId: string, item: ItemData): UpsellData => ({
  sale_id: sale.uuid,
  user_id: userId,
  ...item,
});
