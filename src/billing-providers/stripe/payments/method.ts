import type { Stripe } from 'stripe';
import type { MethodSummary, PaymentMethodKind } from '../../domain/charge.js';

export const toMethodKind = (type: string): PaymentMethodKind => (type === 'card' || type === 'pix' ? type : 'other');

/** What a payment method, or the details of a charge, tell about how is paid. */
export function toMethodSummary(method: {
  readonly type: string;
  readonly card?: { readonly brand: string | null; readonly last4: string | null };
}): MethodSummary {
  const { brand, last4 } = method.card ?? {};
  return { kind: toMethodKind(method.type), ...(brand ? { brand } : {}), ...(last4 ? { last4 } : {}) };
}

/** Undefined when it was not expanded, or there is none. */
export function methodOfCharge(charge: string | Stripe.Charge | null | undefined): MethodSummary | undefined {
  const details = typeof charge === 'object' ? charge?.payment_method_details : undefined;
  return details ? toMethodSummary(details as Parameters<typeof toMethodSummary>[0]) : undefined;
}
