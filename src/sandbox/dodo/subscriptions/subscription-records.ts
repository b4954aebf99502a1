import type { DodoPayments } from 'dodopayments';
import type { Metadata, Subscription } from '../objects/wire-types.js';

export type Addon = DodoPayments.AddonResponse;
export type SubscriptionListItem = DodoPayments.SubscriptionListResponse;
export type AddonCartItem = DodoPayments.AddonCartResponseItem;
export type PaymentFailurePolicy = NonNullable<DodoPayments.SubscriptionChangePlanParams['on_payment_failure']>;

/** What a subscription bills from some moment on. */
export interface PlanTerms {
  readonly productId: string;
  readonly quantity: number;
  readonly addons: readonly AddonCartItem[];
}

/** What a change or a renewal takes from the card and from the credit. */
export interface Billing {
  /** Minor units. */
  readonly charge: number;
  /** Minor units; negative when credit pays a part, positive when some is put down. */
  readonly credits: number;
}

/** A change at once. */
export interface PlanChange extends Billing {
  readonly terms: PlanTerms;
  /** Whether a period begins on the day of the change; else the one that runs goes on. */
  readonly startsPeriodAnew: boolean;
}

/** The payment of a new period. */
export interface Renewal extends Billing {
  /** The change that was scheduled for it. */
  readonly switchesTo: PlanTerms | null;
}

/** Why a subscription is on hold. */
export type Dues =
  | { readonly kind: 'renewal' }
  /** The charge of a change that was applied without it; minor units. */
  | { readonly kind: 'plan_change'; readonly amount: number; readonly metadata: Metadata };

/** What its owner has to pay to get it back. */
export type Claim =
  { readonly kind: 'renewal'; readonly renewal: Renewal } | Extract<Dues, { readonly kind: 'plan_change' }>;

/** A payment that is not settled yet, and what becomes of the subscription once it is. */
export type Awaited =
  | { readonly payment: string; readonly kind: 'plan_change'; readonly change: PlanChange }
  /** The charge of a change that is applied already. */
  | { readonly payment: string; readonly kind: 'applied_change'; readonly dues: Dues }
  | { readonly payment: string; readonly kind: 'renewal'; readonly renewal: Renewal }
  | { readonly payment: string; readonly kind: 'recovery'; readonly claim: Claim };

/** What the sandbox knows of a subscription beside the object that it sends. The id is the subscription's. */
export interface SubscriptionNote {
  readonly id: string;
  /** From where the boundaries are counted, in milliseconds. */
  anchor: number;
  /** Until when nothing is billed, in milliseconds; null without a trial or once it has been ended by a charge. */
  trialEndsAt: number | null;
  /** What a failed payment does to the change that is scheduled. */
  scheduledPolicy: PaymentFailurePolicy;
  dues: Dues | null;
  awaited: Awaited | null;
}

/** A page on which a customer enters another card for a subscription. The id is the secret part of its address. */
export interface MethodUpdate {
  readonly id: string;
  readonly subscription: string;
  /** Null: nothing is owed, the card is only kept. */
  readonly claim: Claim | null;
  readonly payment: string;
  readonly returnUrl: string | null;
  /** Milliseconds of virtual time. */
  readonly expiresAt: number;
}

export const termsOf = ({ product_id: productId, quantity, addons }: Subscription): PlanTerms => ({
  productId,
  quantity,
  addons,
});
