/** What the merchant's back end can be told. */
export const MERCHANT_EVENT_TYPES = [
  'sale.approved',
  'sale.extended',
  'sale.finalized',
  'sale.closed',
  'sale.refunded',
  'upsell.accepted',
  'upsell.paid',
  'upsell.declined',
  'upsell.failed',
  'upsell.refunded',
  'subscription.updated',
  'subscription.plan_changed',
  'subscription.plan_change_failed',
  'entitlement.granted',
  'entitlement.suspended',
  'entitlement.revoked',
] as const;

export type MerchantEventType = (typeof MERCHANT_EVENT_TYPES)[number];

export interface MerchantMessage {
  /** Names the event for ever, such as `upsell.paid:<sale item uuid>`: the receiver drops what it has seen. */
  readonly id: string;
  readonly type: MerchantEventType;
  /** When it happened, by `Clock` (UTC). */
  readonly occurredAt: Date;
  /** JSON in snake_case; no secret, no hosted page's URL. */
  readonly data: object;
}

/** The body that is signed and sent, made once: every try sends the same bytes. */
export const toPayload = ({ type, occurredAt, data }: MerchantMessage): string =>
  JSON.stringify({ type, timestamp: occurredAt.toISOString(), data });
