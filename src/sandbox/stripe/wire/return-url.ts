import { invalidRequest } from './stripe-error.js';

interface Automatic {
  readonly enabled: boolean | null;
  readonly allow_redirects?: string;
}

/** Whatever the account offers may send the customer elsewhere, so Stripe wants the way back even for a saved card. */
export function requireReturnUrl(
  kind: 'PaymentIntent' | 'SetupIntent',
  automatic: Automatic | null,
  given?: string,
): void {
  if (!automatic?.enabled || automatic.allow_redirects === 'never' || given !== undefined) return;
  throw invalidRequest(
    `This ${kind} is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a \`return_url\`. If you don't want to accept redirect-based payment methods, set \`automatic_payment_methods[enabled]\` to \`true\` and \`automatic_payment_methods[allow_redirects]\` to \`never\` when creating Setup Intents and Payment Intents.`,
    'return_url',
  );
}
