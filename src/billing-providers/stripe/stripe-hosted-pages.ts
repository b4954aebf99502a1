import type { Stripe } from 'stripe';
import type { BillingProvider } from '../billing-provider.js';
import { ProviderError } from '../provider-error.js';
import { idempotencyKey } from './idempotency-key.js';
import { toLocale } from './locale.js';
import type { StripeCalls } from './stripe-calls.js';

type CheckoutCommand = Parameters<BillingProvider['createSubscriptionCheckout']>[0];
type PortalCommand = Parameters<BillingProvider['createPortalSession']>[0];

/**
 * No `payment_method_types`: the account's settings decide how a customer may pay, and API versions from 2026-09-30 refuse
 * the parameter. The same request gives the same page while it is open; other open pages of the customer with the same
 * `metadata.group_id` are closed, so that one group's subscription cannot be bought twice.
 */
export async function createCheckout(
  calls: StripeCalls,
  command: CheckoutCommand,
): Promise<{ url: string; checkoutId: string }> {
  const isOurs = (page: Stripe.Checkout.Session) => page.client_reference_id === command.requestId;
  const made = (await listOpenPages(calls, command)).find(isOurs) ?? (await create(calls, command));
  // Listed again: a double click or two tabs may have made two pages at the same time. Of the same request the first one stays.
  const open = await listOpenPages(calls, command);
  const [session = made] = open.filter(isOurs).toSorted(byAge);
  if (!session.url) throw refusal('checkout_without_url', 'the checkout has no page');
  for (const other of open) {
    if (other.id === session.id || (await close(calls, other.id))) continue;
    await close(calls, session.id);
    throw refusal('checkout_already_paid', 'another checkout of this group has just been paid');
  }
  return { url: session.url, checkoutId: session.id };
}

const byAge = (left: Stripe.Checkout.Session, right: Stripe.Checkout.Session): number =>
  left.created - right.created || (left.id < right.id ? -1 : 1);

const refusal = (code: string, message: string): ProviderError =>
  new ProviderError('refused', message, { providerCode: code });

async function create(calls: StripeCalls, command: CheckoutCommand): Promise<Stripe.Checkout.Session> {
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
  // Stripe repeats its first answer to a key, also when that page is closed by now: what came before names the try.
  const newest = await calls.read('checkout.sessions.list', (stripe, options) =>
    stripe.checkout.sessions.list({ customer: command.customerId, limit: 1 }, options),
  );
  const key = idempotencyKey(command.requestId, 'checkout', [parameters, newest.data[0]?.id ?? null]);
  return calls.write('checkout.sessions.create', key, (stripe, options) =>
    stripe.checkout.sessions.create(parameters, options),
  );
}

async function listOpenPages(calls: StripeCalls, command: CheckoutCommand): Promise<Stripe.Checkout.Session[]> {
  const { data } = await calls.read('checkout.sessions.list', (stripe, options) =>
    stripe.checkout.sessions.list({ customer: command.customerId, status: 'open', limit: 100 }, options),
  );
  return data.filter((page) => page.metadata?.group_id === command.metadata.group_id);
}

/** @returns false when it was paid in the meantime */
async function close(calls: StripeCalls, checkoutId: string): Promise<boolean> {
  try {
    await calls.write('checkout.sessions.expire', idempotencyKey(checkoutId, 'expire', {}), (stripe, options) =>
      stripe.checkout.sessions.expire(checkoutId, {}, options),
    );
    return true;
  } catch (error) {
    if (!(error instanceof ProviderError) || error.outcome !== 'refused') throw error;
    const { status } = await calls.read('checkout.sessions.retrieve', (stripe, options) =>
      stripe.checkout.sessions.retrieve(checkoutId, {}, options),
    );
    return status !== 'complete';
  }
}

/** A fresh one per click: the URL opens the portal for whoever holds it, for five minutes. */
export async function createPortal(
  calls: StripeCalls,
  command: PortalCommand,
  configuration: string | undefined,
): Promise<{ url: string }> {
  const { url } = await calls.writeOnce('billing_portal.sessions.create', (stripe, options) =>
    stripe.billingPortal.sessions.create(
      {
        customer: command.customerId,
        return_url: command.returnUrl,
        locale: toLocale(command.locale),
        ...(configuration === undefined ? {} : { configuration }),
      },
      options,
    ),
  );
  return { url };
}
