import type { DodoPayments } from 'dodopayments';
import type { BillingProvider } from '../../billing-provider.js';
import { ProviderError } from '../../provider-error.js';
import type { DodoCalls } from '../dodo-calls.js';
import { findInList } from '../payments/pages.js';
import { refusal } from './failures.js';

type CheckoutCommand = Parameters<BillingProvider['createSubscriptionCheckout']>[0];
type PortalCommand = Parameters<BillingProvider['createPortalSession']>[0];

/**
 * One customer per user: what an earlier try made is found by its label among those with the e-mail. A customer without the
 * label was made by somebody's checkout, where anybody may enter any e-mail, and is never taken.
 */
export async function createCustomer(
  calls: DodoCalls,
  { userId, email, name }: { userId: string; email: string; name: string },
): Promise<{ customerId: string }> {
  const earlier = await findInList(
    calls,
    'customers.list',
    (dodo, position, options) => dodo.customers.list({ email, ...position }, options),
    (customer) => customer.metadata?.user_id === userId,
  );
  if (earlier) return { customerId: earlier.customer_id };
  const customer = await calls.write('customers.create', (dodo, options) =>
    dodo.customers.create({ email, name, metadata: { user_id: userId } }, options),
  );
  return { customerId: customer.customer_id };
}

/**
 * A page, for 24 hours. Dodo lists no pages and closes none, so a second click makes a second page; none is made for a group
 * that has a subscription by then, whatever of it has been heard of here.
 */
export async function createSubscriptionCheckout(
  calls: DodoCalls,
  command: CheckoutCommand,
): Promise<{ url: string; checkoutId: string }> {
  await refuseSecond(calls, command);
  const parameters = {
    product_cart: [{ product_id: command.priceId, quantity: 1 }],
    customer: { customer_id: command.customerId },
    return_url: withoutPlaceholder(command.successUrl),
    cancel_url: command.cancelUrl,
    show_saved_payment_methods: true,
    // The e-mail is what Dodo knows a customer by: another one would be another customer.
    feature_flags: { redirect_immediately: true, allow_customer_editing_email: false },
    metadata: { ...command.metadata },
  } satisfies DodoPayments.CheckoutSessionCreateParams;
  const session = await calls.write('checkout_sessions.create', (dodo, options) =>
    dodo.checkoutSessions.create(parameters, options),
  );
  if (!session.checkout_url) throw refusal('checkout_without_url', 'the checkout has no page');
  return { url: session.checkout_url, checkoutId: session.session_id };
}

const LIVING: ReadonlySet<string> = new Set(['active', 'past_due', 'on_hold', 'paused']);

/** A `pending` one may be a page that was given up, or a payment that takes its time: its payment tells. */
async function refuseSecond(calls: DodoCalls, { customerId, metadata }: CheckoutCommand): Promise<void> {
  const isOfGroup = (subscription: DodoPayments.SubscriptionListResponse) =>
    subscription.metadata?.group_id === metadata.group_id;
  const pending: string[] = [];
  const living = await findInList(
    calls,
    'subscriptions.list',
    (dodo, position, options) => dodo.subscriptions.list({ customer_id: customerId, ...position }, options),
    (subscription) => {
      if (!isOfGroup(subscription)) return false;
      if (subscription.status === 'pending') pending.push(subscription.subscription_id);
      return LIVING.has(subscription.status);
    },
  );
  if (living) throw refusal('checkout_already_paid', 'a subscription of this group was bought a moment ago');
  for (const subscriptionId of pending) {
    const { items } = await calls.read('payments.list', (dodo, options) =>
      dodo.payments.list({ subscription_id: subscriptionId, status: 'processing', page_number: 0 }, options),
    );
    if (items.length > 0) throw refusal('checkout_payment_pending', 'a payment of this group is on its way');
  }
}

/** Dodo fills in no placeholders; it adds the ids of what was bought by itself. */
function withoutPlaceholder(address: string): string {
  const url = new URL(address);
  const kept = [...url.searchParams].filter(([, value]) => value !== '{CHECKOUT_SESSION_ID}');
  url.search = new URLSearchParams(kept).toString();
  return url.href;
}

/** A fresh one per click: the link opens the portal for whoever holds it. Dodo's portal chooses its language by itself. */
export async function createPortal(calls: DodoCalls, command: PortalCommand): Promise<{ url: string }> {
  const { link } = await calls.write('customers.customer_portal.create', (dodo, options) =>
    dodo.customers.customerPortal.create(command.customerId, { return_url: command.returnUrl }, options),
  );
  if (!link) throw new ProviderError('unknown', 'the portal session has no link');
  return { url: link };
}
