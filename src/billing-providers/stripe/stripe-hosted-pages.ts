import type { Stripe } from 'stripe';
import type { BillingProvider } from '../billing-provider.js';
import { ProviderError } from '../provider-error.js';
import { idempotencyKey } from './idempotency-key.js';
import type { StripeCalls } from './stripe-calls.js';

type CheckoutCommand = Parameters<BillingProvider['createSubscriptionCheckout']>[0];
type PortalCommand = Parameters<BillingProvider['createPortalSession']>[0];

/** Our languages in Stripe's words; another one lets the page follow the browser. */
const LOCALES = new Set(['vi', 'pt-BR', 'en']);

/**
 * No `payment_method_types`: the account's settings decide how a customer may pay, and API versions from 2026-09-30 refuse
 * the parameter. The same request under the same parameters gives the same page.
 */
export async function createCheckout(
  calls: StripeCalls,
  command: CheckoutCommand,
): Promise<{ url: string; checkoutId: string }> {
  const parameters = {
    mode: 'subscription',
    customer: command.customerId,
    client_reference_id: command.requestId,
    line_items: [{ price: command.priceId, quantity: 1 }],
    success_url: command.successUrl,
    cancel_url: command.cancelUrl,
    metadata: { ...command.metadata },
    subscription_data: { metadata: { ...command.metadata } },
  } satisfies Stripe.Checkout.SessionCreateParams;
  const key = idempotencyKey(command.requestId, 'checkout', parameters);
  const session = await calls.write('checkout.sessions.create', key, (stripe, options) =>
    stripe.checkout.sessions.create(parameters, options),
  );
  if (!session.url)
    throw new ProviderError('refused', 'the checkout has no page', { providerCode: 'checkout_without_url' });
  return { url: session.url, checkoutId: session.id };
}

/** A fresh one per click: the URL opens the portal for whoever holds it, for five minutes. */
export async function createPortal(
  calls: StripeCalls,
  command: PortalCommand,
  configuration: string | undefined,
): Promise<{ url: string }> {
  const locale = command.locale ?? '';
  const { url } = await calls.writeOnce('billing_portal.sessions.create', (stripe, options) =>
    stripe.billingPortal.sessions.create(
      {
        customer: command.customerId,
        return_url: command.returnUrl,
        locale: (LOCALES.has(locale) ? locale : 'auto') as Stripe.BillingPortal.SessionCreateParams.Locale,
        ...(configuration === undefined ? {} : { configuration }),
      },
      options,
    ),
  );
  return { url };
}
