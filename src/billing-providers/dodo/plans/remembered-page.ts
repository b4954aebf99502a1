import type { DodoPayments } from 'dodopayments';
import type { DodoCalls } from '../dodo-calls.js';
import { toSeconds } from '../normalise/fields.js';
import { CHECKOUT_SECONDS } from '../payments/checkout-outcome.js';
import { refusal } from './failures.js';

type Customer = Pick<DodoPayments.Customer, 'customer_id' | 'metadata'>;

export interface Page {
  readonly url: string;
  readonly checkoutId: string;
}

const REQUEST = 'uplift_page_request';
const CHECKOUT = 'uplift_page_checkout';
const ADDRESS = 'uplift_page_url';
/** Of a value of Dodo's metadata. */
const LONGEST_VALUE = 500;
/** Not long enough to enter a card: whoever comes back that late gets a new page. */
const LAST_SECONDS = 5 * 60;

/**
 * The page that the same request made before, while it can still be paid. Dodo lists no pages and repeats no address, so the last
 * one is remembered on the customer, where it is safe from our own crashes: a second click leads to the same page, not to a
 * second subscription.
 *
 * @param now seconds since 1970
 * @throws ProviderError `checkout_payment_pending` while its payment is on its way
 */
export async function findRememberedPage(
  calls: DodoCalls,
  { metadata }: Customer,
  requestId: string,
  now: number,
): Promise<Page | undefined> {
  const { [REQUEST]: request, [CHECKOUT]: checkoutId, [ADDRESS]: url } = metadata ?? {};
  if (request !== requestId || typeof checkoutId !== 'string' || typeof url !== 'string') return undefined;
  const session = await calls.readOrMiss('checkout_sessions.retrieve', (dodo, options) =>
    dodo.checkoutSessions.retrieve(checkoutId, options),
  );
  const state = session ? stateOfPage(session, now) : 'over';
  if (state === 'being_paid') throw refusal('checkout_payment_pending', 'a payment of this page is on its way');
  return state === 'open' ? { url, checkoutId } : undefined;
}

/** A payment that failed leaves a page open: the customer takes another card. @param now seconds since 1970 */
export function stateOfPage(
  {
    created_at: createdAt,
    payment_status: status,
  }: Pick<DodoPayments.CheckoutSessionStatus, 'created_at' | 'payment_status'>,
  now: number,
): 'open' | 'being_paid' | 'over' {
  if (status === 'processing') return 'being_paid';
  const madeAt = toSeconds(createdAt);
  const isLate = madeAt === undefined || now >= madeAt + CHECKOUT_SECONDS - LAST_SECONDS;
  return isLate || status === 'succeeded' ? 'over' : 'open';
}

/** An address that is too long to be kept is not: then each click makes a page. */
export async function rememberPage(
  calls: DodoCalls,
  { customer_id: customerId, metadata }: Customer,
  requestId: string,
  { url, checkoutId }: Page,
): Promise<void> {
  if (url.length > LONGEST_VALUE) return;
  const remembered = { ...metadata, [REQUEST]: requestId, [CHECKOUT]: checkoutId, [ADDRESS]: url };
  await calls.write('customers.update', (dodo, options) =>
    dodo.customers.update(customerId, { metadata: remembered }, options),
  );
}
