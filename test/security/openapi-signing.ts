import { createHash } from 'node:crypto';
import { Stripe } from 'stripe';
import { Webhook } from 'standardwebhooks';
import { dodoOf, stripeOf } from '../support/settings.js';
import type { Config } from '../../src/config/index.js';
import type { Sent } from './openapi-request.js';

/** A provider's event with its signature in order; any other request as it is. */
export function signed(sent: Sent, config: Config): Sent {
  const payload = String(sent.body ?? '');
  if (sent.path.startsWith('/api/v1/admin/stripe/webhook')) {
    const secret = stripeOf(config).webhookSecrets[0] ?? '';
    const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret });
    return { ...sent, headers: { ...sent.headers, 'stripe-signature': signature } };
  }
  if (sent.path.startsWith('/webhooks/dodo')) {
    const id = `msg_${createHash('sha256').update(payload).digest('hex').slice(0, 12)}`;
    const signature = new Webhook(dodoOf(config).webhookSecrets[0] ?? '').sign(id, new Date(), payload);
    const timestamp = String(Math.floor(Date.now() / 1_000));
    return {
      ...sent,
      headers: { ...sent.headers, 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature },
    };
  }
  return sent;
}
