import { Stripe } from 'stripe';

/** Stripe's official client, as the merchant's own back office would use it, without retries of its own. */
export function stripeClient(url: string, secretKey: string): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe(secretKey, {
    host: hostname,
    port: Number(port),
    protocol: 'http',
    telemetry: false,
    maxNetworkRetries: 0,
  });
}
