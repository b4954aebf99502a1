export type SaleItemStatus = 'pending' | 'paid' | 'failed' | 'expired' | 'refunded';

/** A part of a sale: what was bought first, or an upsell. A try that failed stays as an item of its own. */
export interface SaleItem {
  /** Our id (`sale_items.id`). */
  readonly id: string;
  readonly uuid: string;
  readonly saleId: string;
  readonly kind: 'main' | 'upsell';
  readonly offerId: string;
  /** Of the step that offered it; null for what was bought first. */
  readonly stepPosition: number | null;
  /** As it was called when it was bought. */
  readonly name: string;
  /** Minor units of `currency`. */
  readonly amount: number;
  readonly currency: string;
  readonly status: SaleItemStatus;
  /** Minor units of `currency`, all refunds together. */
  readonly refundedAmount: number;
  readonly providerPaymentId: string | null;
  /** What an upgrade was agreed to by. */
  readonly planQuoteId: string | null;
  /** By the provider's dispute id. */
  readonly disputes: Readonly<Record<string, DisputeStatus>>;
  readonly paidAt: Date | null;
  readonly createdAt: Date;
}

export type DisputeStatus = 'open' | 'won' | 'lost';

/** Anything else is refused. What failed or expired may still be paid: a bank's answer can come late. */
export const SALE_ITEM_TRANSITIONS: Readonly<Record<SaleItemStatus, readonly SaleItemStatus[]>> = {
  pending: ['paid', 'failed', 'expired'],
  paid: ['refunded'],
  failed: ['paid'],
  expired: ['paid'],
  refunded: [],
};

export const SALE_ITEM_STATUSES = Object.keys(SALE_ITEM_TRANSITIONS) as readonly SaleItemStatus[];

/** The statuses that lead to `to`. */
export const saleItemStatusesBefore = (to: SaleItemStatus): readonly SaleItemStatus[] =>
  SALE_ITEM_STATUSES.filter((from) => SALE_ITEM_TRANSITIONS[from].includes(to));

/** What a refund does to an item. Amounts in minor units of the item's currency. */
export interface RefundEffect {
  readonly refundedAmount: number;
  /** What was not known of before. */
  readonly added: number;
  /** All of it is given back now. */
  readonly isFull: boolean;
}

/**
 * What is known once `total` of an item is said to be refunded. Providers say totals, in any order and more than once: only a
 * higher one is news, and never more than was paid.
 *
 * @returns undefined where nothing changes
 */
export function computeRefund(
  item: Pick<SaleItem, 'status' | 'amount' | 'refundedAmount'>,
  total: number,
): RefundEffect | undefined {
  const refundedAmount = Math.min(total, item.amount);
  if (item.status !== 'paid' || refundedAmount <= item.refundedAmount) return undefined;
  const added = refundedAmount - item.refundedAmount;
  return { refundedAmount, added, isFull: refundedAmount === item.amount };
}

/** Whether what was paid for it has stayed paid: not given back in full, not fought over, not lost in a dispute. */
export const isKept = ({ status, disputes }: Pick<SaleItem, 'status' | 'disputes'>): boolean =>
  status === 'paid' && Object.values(disputes).every((dispute) => dispute === 'won');

/** What the end, or the beginning, of a dispute means for what was given. */
export type DisputeEffect = 'suspend' | 'restore' | 'revoke';

/**
 * A dispute that is over stays over, whatever is delivered late; what was given is restored when no other dispute is open.
 *
 * @returns undefined where nothing changes
 */
export function computeDispute(
  disputes: SaleItem['disputes'],
  disputeId: string,
  status: DisputeStatus,
): { readonly disputes: SaleItem['disputes']; readonly effect: DisputeEffect | undefined } | undefined {
  const known = disputes[disputeId];
  if (known === status || known === 'won' || known === 'lost') return undefined;
  const now = { ...disputes, [disputeId]: status };
  return { disputes: now, effect: computeEffect(now, status) };
}

function computeEffect(disputes: SaleItem['disputes'], status: DisputeStatus): DisputeEffect | undefined {
  switch (status) {
    case 'open':
      return 'suspend';
    case 'lost':
      return 'revoke';
    case 'won':
      return Object.values(disputes).includes('open') ? undefined : 'restore';
    default:
      return status satisfies never;
  }
}
