import { createHash } from 'node:crypto';
import { unrecorded } from './clients/call.js';
import type { Subscription } from './clients/api.types.js';
import type { Customer } from './customers.js';
import type { Shop } from './shop.js';
import type { Language } from './texts/index.js';

/** Changes when there is something new to show. An open page asks for it every few seconds, so it costs one call. */
export async function readPulse(shop: Shop, customer: Customer, language: Language): Promise<string> {
  const subscription = await shop.uplift.inNameOf(customer, language, unrecorded).readSubscription();
  return computePulse(subscription.ok ? subscription.body : undefined);
}

export const computePulse = (subscription: Subscription | undefined): string =>
  createHash('sha256')
    .update(JSON.stringify(subscription ?? null))
    .digest('base64url');
