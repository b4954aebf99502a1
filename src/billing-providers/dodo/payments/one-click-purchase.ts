import type { DodoPayments } from 'dodopayments';
import type { ChargeFailureCode, ChargeOutcome } from '../../domain/charge.js';
import { labelled } from '../../payload/labels.js';
import { ProviderError } from '../../provider-error.js';
import { nothingDone } from '../../provider-steps.js';
import { Declined, type DodoCalls } from '../dodo-calls.js';
import { findBillingAddress } from './billing-address.js';
import { toBillingCurrency } from './billing-currency.js';
import { PURCHASE_DECLINES, toChargeFailure } from './failure.js';
import { toPaymentOutcome } from './payment-outcome.js';
import { readPayment, requireId } from './read-payment.js';

/** One product, bought on a saved card. */
export interface OneClickPurchase {
  readonly customerId: string;
  readonly cardId: string;
  readonly productId: string;
  /** What was agreed, tax included: minor units of `currency`. */
  readonly amount: number;
  readonly currency: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly returnUrl?: string;
  /** Starts a subscription: those are billed in their product's own currency only (UNSUPPORTED_BILLING_CURRENCY). */
  readonly isPlan?: boolean;
}

type Parameters = DodoPayments.CheckoutSessionCreateParams;

/** The product and the customer were there a moment ago, when the price was asked for: it is the card that is not. */
const DECLINES: ReadonlySet<string> = new Set([...PURCHASE_DECLINES, 'NOT_FOUND']);

/**
 * A checkout session that is confirmed at once (docs.dodopayments.com/developer-resources/checkout-session). The price is Dodo's
 * own, of the product, so it is asked for first: what differs from what was agreed is not bought.
 *
 * Sent once: made again it would charge again.
 *
 * @throws ProviderError `unavailable` and `refused`: nothing was charged; `unknown`: perhaps it was
 */
export async function buyInOneClick(
  calls: DodoCalls,
  purchase: OneClickPurchase,
  attemptId: string,
): Promise<ChargeOutcome> {
  const address = await nothingDone(() => findBillingAddress(calls, purchase.customerId));
  if (!address) return failed('method_not_usable', 'billing_address_missing');
  const parameters: Parameters = {
    product_cart: [{ product_id: purchase.productId, quantity: 1 }],
    customer: { customer_id: purchase.customerId },
    payment_method_id: purchase.cardId,
    confirm: true,
    billing_address: address,
    minimal_address: true,
    feature_flags: { redirect_immediately: true },
    metadata: labelled(purchase.metadata, attemptId),
    ...(purchase.isPlan ? {} : toBillingCurrency(purchase.currency)),
    ...(purchase.returnUrl === undefined ? {} : { return_url: purchase.returnUrl }),
  };
  const difference = await nothingDone(() => findDifference(calls, parameters, purchase));
  if (difference) return difference;
  const session = await calls.money('checkout_sessions.create', DECLINES, (dodo, options) =>
    dodo.checkoutSessions.create(parameters, options),
  );
  if (session instanceof Declined) return { status: 'failed', references: {}, failure: toChargeFailure(session.code) };
  return settle(calls, session);
}

/** What the purchase would cost now. @returns an outcome when it is not what was agreed, or cannot be bought at all */
async function findDifference(
  calls: DodoCalls,
  parameters: Parameters,
  { amount, currency }: OneClickPurchase,
): Promise<ChargeOutcome | undefined> {
  try {
    const preview = await calls.read('checkout_sessions.preview', (dodo, options) =>
      dodo.checkoutSessions.preview(parameters, options),
    );
    const total = preview.current_breakup?.total_amount;
    const isAgreed = requireId(total, Number.isSafeInteger(total)) === amount && preview.currency === currency;
    return isAgreed ? undefined : failed('amount_changed', 'preview_differs');
  } catch (error) {
    const code = error instanceof ProviderError && error.outcome === 'refused' ? error.details.providerCode : undefined;
    if (code === undefined || !PURCHASE_DECLINES.has(code)) throw error;
    return { status: 'failed', references: {}, failure: toChargeFailure(code) };
  }
}

/**
 * From here on the charge was made, or is being made: a reading that fails leaves it open (`pending`), and never undone. The
 * answer names the payment; its state is only on the payment itself.
 */
async function settle(calls: DodoCalls, session: DodoPayments.CheckoutSessionResponse): Promise<ChargeOutcome> {
  const { session_id: checkoutId, payment_id: paymentId } = requireId(session, Boolean(session?.session_id));
  if (!paymentId) return { status: 'pending', references: { checkoutId } };
  const references = { checkoutId, paymentId };
  try {
    const payment = await readPayment(calls, paymentId);
    const outcome = toPaymentOutcome(payment);
    return { ...outcome, references: { ...references, ...outcome.references } };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return { status: 'pending', references };
  }
}

const failed = (code: ChargeFailureCode, providerCode: string): ChargeOutcome => ({
  status: 'failed',
  references: {},
  failure: { code, providerCode },
});
