import type { DodoPayments } from 'dodopayments';
import type { ChargeOutcome, CheckoutCommand, OneClickCommand } from '../../domain/charge.js';
import { labelled } from '../../payload/labels.js';
import { ProviderError } from '../../provider-error.js';
import { Declined, type DodoCalls } from '../dodo-calls.js';
import { toBillingCurrency } from './billing-currency.js';
import { CHECKOUT_SECONDS } from './checkout-outcome.js';
import { PURCHASE_DECLINES, toChargeFailure } from './failure.js';
import { buyInOneClick } from './one-click-purchase.js';

/** Purchases of what is a product at Dodo. */
export class DodoCharges {
  constructor(private readonly calls: DodoCalls) {}

  async chargeOneClick(command: OneClickCommand, attemptId: string): Promise<ChargeOutcome> {
    if (command.installments !== 1) {
      throw new ProviderError('refused', 'instalments are not offered', { providerCode: 'installments_not_supported' });
    }
    return buyInOneClick(this.calls, { ...command, productId: productOf(command) }, attemptId);
  }

  /**
   * Dodo's own page, for 24 hours whatever was asked for. Nothing closes it, and nothing gives its address a second time: who has
   * the attempt has the address. The card is saved by Dodo itself.
   *
   * @param now seconds since 1970
   */
  async createCheckout(command: CheckoutCommand, attemptId: string, now: number): Promise<ChargeOutcome> {
    const parameters: DodoPayments.CheckoutSessionCreateParams = {
      product_cart: [{ product_id: command.planPriceId ?? productOf(command), quantity: 1 }],
      customer: { customer_id: command.customerId },
      allowed_payment_method_types: toMethodTypes(command.methods),
      show_saved_payment_methods: true,
      // The e-mail is what Dodo knows a customer by, and the currency is what was agreed.
      feature_flags: {
        redirect_immediately: true,
        allow_customer_editing_email: false,
        allow_currency_selection: false,
      },
      return_url: command.successUrl,
      cancel_url: command.cancelUrl,
      metadata: labelled(command.metadata, attemptId),
      // Other currencies are refused for subscriptions (UNSUPPORTED_BILLING_CURRENCY).
      ...(command.planPriceId === undefined ? toBillingCurrency(command.currency) : {}),
    };
    const session = await this.calls.money('checkout_sessions.create', PURCHASE_DECLINES, (dodo, options) =>
      dodo.checkoutSessions.create(parameters, options),
    );
    if (session instanceof Declined)
      return { status: 'failed', references: {}, failure: toChargeFailure(session.code) };
    const references = { checkoutId: session.session_id };
    const { checkout_url: url } = session;
    if (!url) throw new ProviderError('unknown', 'the checkout has no page', { providerCode: 'checkout_without_url' });
    return {
      status: 'requires_action',
      references,
      next: { kind: 'checkout', url, expiresAt: now + CHECKOUT_SECONDS },
    };
  }
}

/** `capabilities.sellsOwnProducts`: whoever offers it has looked up its product. */
function productOf({ productPriceId }: OneClickCommand | CheckoutCommand): string {
  if (productPriceId !== undefined) return productPriceId;
  throw new ProviderError('refused', 'the offer has no product at Dodo', { providerCode: 'product_missing' });
}

/** Dodo asks for both kinds of card always. */
const toMethodTypes = (methods: CheckoutCommand['methods']): ('credit' | 'debit' | 'pix')[] => [
  'credit',
  'debit',
  ...(methods.includes('pix') ? (['pix'] as const) : []),
];
