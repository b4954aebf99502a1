import { Stripe } from 'stripe';
import type { StripeSettings } from '../../config/index.js';
import { createStripeHttpClient } from './stripe-http-client.js';

const TIMEOUT_MILLISECONDS = 10_000;

/**
 * The SDK's client. Without retries of its own: `StripeCalls` repeats what may be repeated, writes only under our own
 * idempotency key.
 */
export function createStripeClient(settings: StripeSettings, timeoutMilliseconds = TIMEOUT_MILLISECONDS): Stripe {
  return new Stripe(settings.secretKey, {
    apiVersion: '2026-10-28.endive',
    typescript: true,
    timeout: timeoutMilliseconds,
    maxNetworkRetries: 0,
    httpClient: createStripeHttpClient(),
    telemetry: false, // it would keep an id in the home directory, which containers cannot write
    ...(settings.apiUrl === undefined ? {} : toAddress(settings.apiUrl)),
  });
}

/** The SDK takes a host and a port only; the configuration refuses a path. */
function toAddress(apiUrl: string): { host: string; port: string; protocol: 'http' | 'https' } {
  const { hostname, port, protocol } = new URL(apiUrl);
  const isPlain = protocol === 'http:';
  return {
    host: hostname.replace(/^\[|\]$/g, ''), // an IPv6 address goes without its brackets
    port: port || (isPlain ? '80' : '443'),
    protocol: isPlain ? 'http' : 'https',
  };
}
