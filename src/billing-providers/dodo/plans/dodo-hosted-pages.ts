import type { DodoPayments } from 'dodopayments';
import type { BillingProvider } from '../../billing-provider.js';
import { ProviderError } from '../../provider-error.js';
import type { DodoCalls } from '../dodo-calls.js';
import { collectFromList, findInList } from '../payments/pages.js';
import { refusal } from './failures.js';
import { findRememberedPage, rememberPage, type Page } from './remembered-page.js';

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
 * A page, for 24 hours; the same request gets the same one. Dodo closes none, so those of other requests stay open: none is made
 * for a group that has a subscription by then, whatever of it has been heard of here.
 *
 * @param now seconds since 1970
 */
export async function createSubscriptionCheckout(
  calls: DodoCalls,
  command: CheckoutCommand,
  now: number,
): Promise<Page> {
  await refuseSecond(calls, command);
  const customer = await calls.read('customers.retrieve', (dodo, options) =>
    dodo.customers.retrieve(command.customerId, options),
  );
  const remembered = await findRememberedPage(calls, customer, command.requestId, now);
  if (remembered) return remembered;
  const page = await createPage(calls, command);
  await rememberPage(calls, customer, command.requestId, page);
  return page;
}

async function createPage(calls: DodoCalls, command: CheckoutCommand): Promise<Page> {
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
/** Of a subscription's first payment: paid, or about to be, while the subscription itself has not begun. */
const UNDER_WAY: ReadonlySet<string> = new Set(['processing', 'succeeded']);

async function refuseSecond(calls: DodoCalls, { customerId, metadata }: CheckoutCommand): Promise<void> {
  const ofGroup = await collectFromList(
    calls,
    'subscriptions.list',
    (dodo, position, options) => dodo.subscriptions.list({ customer_id: customerId, ...position }, options),
    (subscription) => subscription.metadata?.group_id === metadata.group_id,
  );
  if (ofGroup.some(({ status }) => LIVING.has(status))) {
    throw refusal('checkout_already_paid', 'a subscription of this group was bought a moment ago');
  }
  // A pending one may be a page that was given up, or a payment that takes its time: its payment tells.
  for (const { subscription_id: id } of ofGroup.filter(({ status }) => status === 'pending')) {
    const payment = await findInList(
      calls,
      'payments.list',
      (dodo, position, options) => dodo.payments.list({ subscription_id: id, ...position }, options),
      ({ status }) => UNDER_WAY.has(status ?? ''),
    );
    if (payment) throw refusal('checkout_payment_pending', 'a payment of this group is on its way');
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
