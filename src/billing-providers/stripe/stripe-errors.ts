import { Stripe } from 'stripe';
import { NOT_CONNECTED, ProviderError } from '../provider-error.js';
import { rateLimitOf } from '../rate-limit.js';

type StripeError = InstanceType<typeof Stripe.errors.StripeError>;

/**
 * What a failure of the SDK means, in one place (docs.stripe.com/error-low-level). Stripe's own error is not kept as the
 * cause: it carries response bodies and headers, which would reach the logs. Its request id finds them in the dashboard.
 *
 * @param sent requests of this call that may have reached Stripe; after a first one, "not done" is not certain any more
 */
export function toProviderError(error: unknown, operation: string, sent: number): ProviderError {
  if (!(error instanceof Stripe.errors.StripeError)) {
    return new ProviderError('unknown', `Stripe's ${operation} failed in an unexpected way`, { cause: error });
  }
  const code = error.code ?? networkCodeOf(error) ?? error.rawType ?? error.type;
  return new ProviderError(toOutcome(error, sent), `Stripe's ${operation} failed: ${code}`, {
    providerCode: code,
    ...(error.requestId ? { providerRequestId: error.requestId } : {}),
    ...rateLimitOf(error.statusCode, error.headers?.['retry-after']),
  });
}

/** The answer no to a payment. Nothing was charged; a payment that may be left over is named. */
export class Declined {
  constructor(
    readonly code: string | undefined,
    readonly declineCode: string | undefined,
    readonly paymentId: string | undefined,
  ) {}
}

/** Parameters by which a saved card is named: it may be gone since it was shown. */
const METHOD_PARAMETERS = new Set(['payment_method', 'default_payment_method']);

/** A 402 is a decline (docs.stripe.com/api/errors), and so is a 400 or 404 about the payment method. */
export function declineOf(error: unknown): Declined | undefined {
  if (!(error instanceof Stripe.errors.StripeError)) return undefined;
  const { statusCode, param, code } = error;
  if (statusCode === 402) return new Declined(code, error.decline_code, error.payment_intent?.id);
  const isMethodsFault = (statusCode === 400 || statusCode === 404) && METHOD_PARAMETERS.has(param ?? '');
  return isMethodsFault ? new Declined('payment_method_not_available', code, error.payment_intent?.id) : undefined;
}

/** No answer, a failure of Stripe's own, or the same request still under way (409). */
export function mayBeRepeated(error: unknown): boolean {
  if (error instanceof Stripe.errors.StripeConnectionError) return true;
  const status = error instanceof Stripe.errors.StripeError ? (error.statusCode ?? 0) : 0;
  return status === 409 || status >= 500;
}

/** Whether nothing is there by that id. */
export const isMissing = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing';

/** A failure that Stripe kept under the idempotency key of an earlier request and gives again. */
export const isStoredFailure = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeError && error.headers?.['idempotent-replayed'] === 'true';

/** The only request of this call did not even connect. */
export const wasNeverSent = (error: unknown, sent: number): boolean =>
  sent <= 1 && error instanceof Stripe.errors.StripeConnectionError && NOT_CONNECTED.has(networkCodeOf(error) ?? '');

function toOutcome(error: StripeError, sent: number): ProviderError['outcome'] {
  if (error instanceof Stripe.errors.StripeConnectionError)
    return wasNeverSent(error, sent) ? 'unavailable' : 'unknown';
  // The key was used with other parameters: there was an earlier try, of which this says nothing.
  if (error instanceof Stripe.errors.StripeIdempotencyError) return 'unknown';
  const status = error.statusCode ?? 0;
  if (status === 429) return sent <= 1 ? 'unavailable' : 'unknown';
  // These come before Stripe looks at the key, so they say nothing of an earlier try.
  if ((status === 401 || status === 403) && sent > 1) return 'unknown';
  return status >= 400 && status < 500 && status !== 409 ? 'refused' : 'unknown';
}

function networkCodeOf(error: StripeError): string | undefined {
  const { code } = (typeof error.detail === 'object' ? error.detail : {}) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
