import { DodoPayments } from 'dodopayments';

/** The official client against a sandbox, without retries of its own: what it would repeat, Dodo would do twice. */
export const dodoClient = (sandbox: { readonly url: string }, apiKey: string): DodoPayments =>
  new DodoPayments({ baseURL: `${sandbox.url}/dodo`, bearerToken: apiKey, maxRetries: 0, timeout: 10_000 });
