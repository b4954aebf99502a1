import type { CheckoutSession, PaymentIntent, SetupIntent } from '../objects/wire-types.js';

export const successAddressOf = (session: CheckoutSession): string =>
  (session.success_url ?? '/').replaceAll('{CHECKOUT_SESSION_ID}', session.id);

/** The way back from the bank, with what Stripe appends to it. What follows `#` stays at the end. */
export function returnAddressOf(returnUrl: string, intent: PaymentIntent | SetupIntent): string {
  const [address = '', ...fragment] = returnUrl.split('#');
  const query = new URLSearchParams({
    [intent.object]: intent.id,
    [`${intent.object}_client_secret`]: intent.client_secret ?? '',
    redirect_status: intent.status === 'succeeded' ? 'succeeded' : 'failed',
  });
  const joined = `${address}${address.includes('?') ? '&' : '?'}${query}`;
  return fragment.length > 0 ? `${joined}#${fragment.join('#')}` : joined;
}
