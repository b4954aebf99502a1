import type { ChargeCommand } from '../billing-providers/index.js';
import type { OfferMethod, OfferPrice } from '../catalog/index.js';
import type { Language } from '../config/index.js';
import type { PaymentWish } from './domain/check-accept.js';

/** The provider closes its page after this time; none can be shorter. */
const CHECKOUT_SECONDS = 35 * 60;

export type Payable = Pick<ChargeCommand, 'amount' | 'currency' | 'customerId'> & {
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
};

/** How, when and from where something is paid. */
export interface PaymentWay {
  readonly method: PaymentWish;
  readonly installments: number;
  readonly language: Language;
  /** What the provider's own page takes. */
  readonly pageMethods: readonly OfferMethod[];
  /** Where customers come back to: from their bank, from a payment, without one. */
  readonly pages: { readonly bank: string; readonly success: string; readonly cancel: string };
  readonly payer: { readonly name: string; readonly email: string };
  readonly pixSeconds: number;
  readonly now: Date;
}

/** Words a payment for an offer at its price as the one call that the provider gets. */
export function toPaymentCommand(buyer: Payable, price: OfferPrice, way: PaymentWay): ChargeCommand {
  const payable = { ...buyer, ...(price.productPriceId === null ? {} : { productPriceId: price.productPriceId }) };
  const { method, pages } = way;
  switch (method.kind) {
    case 'saved_card':
      return price.priceId === null
        ? {
            kind: 'one_click',
            ...payable,
            cardId: method.cardId,
            installments: way.installments,
            returnUrl: pages.bank,
          }
        : { kind: 'start_plan', ...payable, cardId: method.cardId, planPriceId: price.priceId };
    case 'new_card':
      return {
        kind: 'checkout',
        ...payable,
        ...(price.priceId === null ? {} : { planPriceId: price.priceId }),
        methods: way.pageMethods,
        successUrl: pages.success,
        cancelUrl: pages.cancel,
        expiresAt: Math.floor(way.now.getTime() / 1_000) + CHECKOUT_SECONDS,
        language: way.language,
      };
    case 'pix':
      return { kind: 'pix', ...payable, ...way.payer, taxId: method.taxId, expiresInSeconds: way.pixSeconds };
    default:
      return method satisfies never;
  }
}
