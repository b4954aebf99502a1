import type { ProviderError } from './provider-error.js';

const TOO_MANY_REQUESTS = 429;

/**
 * What an answer says of how often the provider may be called.
 *
 * @param retryAfter the header, in seconds (RFC 9110); a date is left aside, since no provider sends one
 */
export function rateLimitOf(
  status: number | undefined,
  retryAfter: string | null | undefined,
): Pick<ProviderError['details'], 'isRateLimited' | 'retryAfterSeconds'> {
  if (status !== TOO_MANY_REQUESTS) return {};
  const isSeconds = retryAfter !== null && retryAfter !== undefined && /^\d{1,5}$/.test(retryAfter);
  return { isRateLimited: true, ...(isSeconds ? { retryAfterSeconds: Number(retryAfter) } : {}) };
}
