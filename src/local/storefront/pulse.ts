import { createHash } from 'node:crypto';
import type { Subscription, WebhookEvent } from './clients/api.types.js';
import { unrecorded } from './clients/call.js';
import type { Customer } from './customers.js';
import type { Shop } from './shop.js';
import type { Language } from './texts/index.js';

/**
 * Changes when there is something new to show: the newest webhook event, or, without an admin key, the subscription. An
 * open page asks for this every few seconds, so it costs one call.
 */
export async function readPulse(shop: Shop, customer: Customer, language: Language): Promise<string> {
  if (shop.uplift.showsWebhookEvents) {
    const page = await shop.uplift.listWebhookEvents('limit=1', unrecorded);
    return computePulse(page.ok ? page.body.items : [], undefined);
  }
  const subscription = await shop.uplift.inNameOf(customer, language, unrecorded).readSubscription();
  return computePulse(undefined, subscription.ok ? subscription.body : undefined);
}

/** @param events newest first; undefined where they cannot be read */
export function computePulse(events: readonly WebhookEvent[] | undefined, subscription?: Subscription): string {
  const [newest] = events ?? [];
  if (events) return newest ? `${newest.id} ${newest.status}` : 'none';
  return createHash('sha256')
    .update(JSON.stringify(subscription ?? null))
    .digest('base64url');
}
