import type { DodoPayments } from 'dodopayments';
import type { Metadata, Subscription } from '../objects/wire-types.js';

export type Addon = DodoPayments.AddonResponse;
export type AddonCartItem = DodoPayments.AddonCartResponseItem;
export type PaymentFailurePolicy = NonNullable<DodoPayments.SubscriptionChangePlanParams['on_payment_failure']>;

/** What a subscription bills from some moment on. */
export interface PlanTerms {
  readonly productId: string;
  readonly quantity: number;
  readonly addons: readonly AddonCartItem[];
}

/** A change at once that waits for its payment. */
export interface PendingPlanChange {
  readonly payment: string;
  readonly terms: PlanTerms;
  readonly startsPeriodAnew: boolean;
  /** What it does to the credit once it is applied: negative when credit pays a part. */
  readonly credits: number;
}

/** Why a subscription is on hold, and what its owner has to pay to get it back; minor units. */
export type Dues =
  { readonly kind: 'renewal' } | { readonly kind: 'plan_change'; readonly amount: number; readonly metadata: Metadata };

/** What the sandbox knows of a subscription beside the object that it sends. The id is the subscription's. */
export interface SubscriptionNote {
  readonly id: string;
  /** From where the boundaries are counted, in milliseconds. */
  anchor: number;
  pending: PendingPlanChange | null;
  /** What a failed payment does to the change that is scheduled. */
  scheduledPolicy: PaymentFailurePolicy;
  dues: Dues | null;
  /** A payment of the dues, of a renewal or of the first period that is not settled yet. */
  awaited: string | null;
}

/** A page on which a customer enters another card for a subscription. The id is the payment's. */
export interface MethodUpdate {
  readonly id: string;
  readonly subscription: string;
  readonly returnUrl: string | null;
  /** Milliseconds of virtual time. */
  readonly expiresAt: number;
}

export const termsOf = ({ product_id: productId, quantity, addons }: Subscription): PlanTerms => ({
  productId,
  quantity,
  addons,
});
