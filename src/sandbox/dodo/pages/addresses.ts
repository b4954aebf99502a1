import type { Payment } from '../objects/wire-types.js';

/** The way back to the shop, with what Dodo appends to it. What follows `#` stays at the end. */
export function returnAddressOf(returnUrl: string, payment: Payment | undefined): string {
  const [address = '', ...fragment] = returnUrl.split('#');
  const query = new URLSearchParams();
  if (payment?.subscription_id) {
    query.set('subscription_id', payment.subscription_id);
    query.set('status', payment.status === 'succeeded' ? 'active' : (payment.status ?? ''));
  } else if (payment) {
    query.set('payment_id', payment.payment_id);
    query.set('status', payment.status ?? '');
  }
  if (payment) query.set('email', payment.customer.email);
  const joined = query.size === 0 ? address : `${address}${address.includes('?') ? '&' : '?'}${query}`;
  return fragment.length > 0 ? `${joined}#${fragment.join('#')}` : joined;
}
