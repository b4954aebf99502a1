import { Stripe } from 'stripe';
import { ProviderError } from '../provider-error.js';

/** Nothing was connected to, so nothing was sent. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH']);

/**
 * What a failure of the SDK means, in one place (docs.stripe.com/error-low-level). Stripe's own error is not kept as the
 * cause: it carries response bodies and headers, which would reach the logs. Its request id finds them in the dashboard.
 *
 * @param attempts how often the request was sent; after a first one without an answer, "not sent" is not certain any more
 */
export function toProviderError(error: unknown, operation: string, attempts: number): ProviderError {
  if (error instanceof ProviderError) return error;
  if (!(error instanceof Stripe.errors.StripeError)) {
    return new ProviderError('unknown', `Stripe's ${operation} failed in an unexpected way`, { cause: error });
  }
  const code = error.code ?? networkCodeOf(error) ?? error.rawType ?? error.type;
  return new ProviderError(toOutcome(error, attempts), `Stripe's ${operation} failed: ${code}`, {
    providerCode: code,
    ...(error.requestId ? { providerRequestId: error.requestId } : {}),
  });
}

function toOutcome(error: InstanceType<typeof Stripe.errors.StripeError>, attempts: number): ProviderError['outcome'] {
  const notDone = attempts <= 1 ? 'unavailable' : 'unknown';
  if (error instanceof Stripe.errors.StripeConnectionError) {
    return NEVER_SENT.has(networkCodeOf(error) ?? '') ? notDone : 'unknown';
  }
  const status = error.statusCode ?? 0;
  if (status === 429) return notDone;
  // 409: another request with the same idempotency key is still under way.
  return status >= 400 && status < 500 && status !== 409 ? 'refused' : 'unknown';
}

function networkCodeOf(error: InstanceType<typeof Stripe.errors.StripeError>): string | undefined {
  const { code } = (typeof error.detail === 'object' ? error.detail : {}) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
