import type { MethodSummary, PaymentMethodKind } from '../../domain/charge.js';

type Text = string | null | undefined;

/** What a payment says of how it was paid; all of it may be missing. */
export interface PaidWith {
  readonly payment_method?: Text;
  readonly payment_method_type?: Text;
  readonly card_last_four?: Text;
  readonly card_network?: Text;
}

export function toMethodKind(payment: PaidWith): PaymentMethodKind {
  if (payment.payment_method_type?.toLowerCase() === 'pix') return 'pix';
  const isCard = payment.payment_method?.toLowerCase() === 'card' || payment.card_last_four || payment.card_network;
  return isCard ? 'card' : 'other';
}

export function toMethodSummary(payment: PaidWith): MethodSummary {
  const { card_network: network, card_last_four: last4 } = payment;
  return {
    kind: toMethodKind(payment),
    ...(network ? { brand: toBrand(network) } : {}),
    ...(last4 ? { last4 } : {}),
  };
}

/** As our other provider writes them: `visa`, `american_express`. */
export const toBrand = (network: string): string =>
  network
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');
