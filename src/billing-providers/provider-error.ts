/**
 * A call to a provider that did not succeed.
 *
 * - `refused`: the provider answered no, and nothing changed there.
 * - `unknown`: no answer, or a server error: it may or may not have been done. Never retried blindly under a new key.
 * - `unavailable`: not done for sure (rate limit, connection refused): may be tried again.
 */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';

  constructor(
    readonly outcome: 'refused' | 'unknown' | 'unavailable',
    message: string,
    readonly details: {
      readonly providerCode?: string;
      readonly providerRequestId?: string;
      /** The provider takes no more calls for now; it is always `unavailable`, or `unknown` after an earlier try. */
      readonly isRateLimited?: boolean;
      /** Seconds that it asks to be left alone for, where it says so. */
      readonly retryAfterSeconds?: number;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: details.cause });
  }
}

/** Codes of the network that mean: there was no connection, so nothing was sent. */
export const NOT_CONNECTED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
]);
