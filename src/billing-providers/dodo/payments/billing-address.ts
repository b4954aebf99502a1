import type { DodoPayments } from 'dodopayments';
import type { DodoCalls } from '../dodo-calls.js';
import { readPayment } from './read-payment.js';

type Address = DodoPayments.CheckoutSessionBillingAddress;

/**
 * Where the customer is billed: Dodo asks for it on each purchase without its page, and tax depends on it. Of the newest payment
 * that has one, which is the last thing that they entered; a list's items have none, so each is read.
 *
 * @returns undefined for a customer who has never paid
 */
export async function findBillingAddress(calls: DodoCalls, customerId: string): Promise<Address | undefined> {
  const { items } = await calls.read('payments.list', (dodo, options) =>
    dodo.payments.list({ customer_id: customerId, page_number: 0, page_size: MOST_PAYMENTS }, options),
  );
  const newestFirst = items.toSorted((left, right) => Date.parse(right.created_at) - Date.parse(left.created_at));
  for (const { payment_id: paymentId } of newestFirst) {
    const payment = await readPayment(calls, paymentId);
    const address = toAddress(payment.billing);
    if (address) return address;
  }
  return undefined;
}

/** Every payment has an address by Dodo's own types; these are for those that have not. */
const MOST_PAYMENTS = 5;

/** Only what is known: `minimal_address` asks for the country and, where there is one, the postal code. */
function toAddress(billing: DodoPayments.BillingAddress | undefined): Address | undefined {
  if (!billing?.country) return undefined;
  const { country, ...details } = billing;
  const known = Object.entries(details).filter(([, value]) => typeof value === 'string' && value !== '');
  return { country, ...Object.fromEntries(known) };
}
