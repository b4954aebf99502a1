import { DodoPayments } from 'dodopayments';
import type { DodoSettings } from '../../config/index.js';

/**
 * The SDK's client. Without retries of its own, since Dodo has no idempotency keys: `DodoCalls` repeats what may be repeated.
 * Never its logs, which hold bodies, and never a redirect, which would send a charge twice.
 */
export function createDodoClient({ apiKey, baseUrl, environment }: DodoSettings): DodoPayments {
  return new DodoPayments({
    bearerToken: apiKey,
    webhookKey: null, // signatures are checked by `webhook/verify-signature.ts`
    maxRetries: 0,
    logLevel: 'off',
    fetchOptions: { redirect: 'manual' },
    // The SDK refuses both together, and takes an absent address from the process's environment.
    ...(baseUrl === undefined ? { baseURL: null, environment } : { baseURL: baseUrl }),
  });
}
