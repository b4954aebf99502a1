import { DodoPayments } from 'dodopayments';
import { NOT_CONNECTED, ProviderError } from '../provider-error.js';
import { rateLimitOf } from '../rate-limit.js';

/**
 * Answers no with a 409. The status alone may also mean that another request holds a lock, of which nothing is known: the SDK
 * itself would try such a one again.
 */
const CONFLICTS = new Set([
  'CHECKOUT_SESSION_CONSUMED',
  'CUSTOMER_HAS_EXISTING_SUBSCRIPTION',
  'EXISTING_REFUND_REQUEST_PROCESSING',
  'PAYMENT_ALREADY_REFUNDED',
  'PAYMENT_HAS_BEEN_REFUNDED',
  'PENDING_PLAN_CHANGE_EXISTS',
  'PLAN_CHANGE_NOT_ALLOWED_FOR_SCHEDULED_CANCELLATION',
  'PREVIOUS_PAYMENT_PENDING',
  'SCHEDULED_PLAN_CHANGE_EXISTS',
  'SCHEDULED_PLAN_CHANGE_NOT_FOUND',
  'SUBSCRIPTION_EXPIRED',
  'SUBSCRIPTION_INACTIVE',
]);

/** The answer no to a payment, by Dodo's own code. Nothing was charged. */
export class Declined {
  constructor(readonly code: string) {}
}

/**
 * What a failure of the SDK means, in one place. Dodo's own error is not kept as the cause: it carries response bodies and
 * headers, which would reach the logs.
 *
 * `unavailable` speaks of this call alone: of what was sent before, in another call, it says nothing.
 */
export function toProviderError(error: unknown, operation: string): ProviderError {
  if (error instanceof ProviderError) return error;
  if (error instanceof SyntaxError) {
    // Its message quotes the body.
    return new ProviderError('unknown', `Dodo's ${operation} was answered with no JSON`, {
      providerCode: 'unreadable_answer',
    });
  }
  if (!(error instanceof DodoPayments.APIError)) {
    // A body that broke off: it was answered, and nobody knows what.
    return new ProviderError('unknown', `Dodo's ${operation} failed in an unexpected way`, { cause: error });
  }
  const code = codeOf(error) ?? networkCodeOf(error) ?? `status_${error.status ?? 'none'}`;
  return new ProviderError(toOutcome(error), `Dodo's ${operation} failed: ${code}`, {
    providerCode: code,
    ...requestIdOf(error),
    ...rateLimitOf(error.status, error.headers?.get('retry-after')),
  });
}

/** Dodo's word for what is wrong: flat as documented, nested as one of its guides has it. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof DodoPayments.APIError)) return undefined;
  const body: unknown = error.error;
  const code = textAt(body, 'code') ?? textAt(valueAt(body, 'error'), 'code');
  return code !== undefined && /^[A-Za-z0-9_]{1,80}$/.test(code) ? code.toUpperCase() : undefined;
}

/** Whether nothing is there by that id. */
export const isNotFound = (error: unknown): boolean => error instanceof DodoPayments.NotFoundError;

/** A read may be made again: no answer, or a failure of Dodo's own. */
export function mayBeReadAgain(error: unknown): boolean {
  if (!(error instanceof DodoPayments.APIError)) return true;
  return error.status === undefined || error.status === 408 || error.status >= 500;
}

function toOutcome(error: InstanceType<typeof DodoPayments.APIError>): ProviderError['outcome'] {
  const { status } = error;
  if (status === undefined) return NOT_CONNECTED.has(networkCodeOf(error) ?? '') ? 'unavailable' : 'unknown';
  if (status === 429) return 'unavailable';
  if (status === 409) return CONFLICTS.has(codeOf(error) ?? '') ? 'refused' : 'unknown';
  return status >= 400 && status < 500 && status !== 408 ? 'refused' : 'unknown';
}

/** `fetch` tells why in the cause of its error, and of several addresses in the causes of that. */
function networkCodeOf(error: unknown): string | undefined {
  for (let cause = valueAt(error, 'cause'), depth = 0; cause !== undefined && depth < 4; depth += 1) {
    const code = textAt(cause, 'code');
    if (code !== undefined) return code;
    cause = valueAt(cause, 'cause');
  }
  return undefined;
}

/** Leads to the request in Dodo's support, and in a proxy's logs. */
function requestIdOf({ headers }: { readonly headers?: Headers | undefined }): { providerRequestId?: string } {
  const id = headers?.get('x-request-id') ?? headers?.get('cf-ray');
  return id ? { providerRequestId: id } : {};
}

const valueAt = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;

function textAt(value: unknown, key: string): string | undefined {
  const text = valueAt(value, key);
  return typeof text === 'string' && text !== '' ? text : undefined;
}
