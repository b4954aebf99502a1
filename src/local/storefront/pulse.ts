import { createHash } from 'node:crypto';
import { unrecorded } from './clients/call.js';
import type { OwnedProduct, Subscription } from './clients/api.types.js';
import type { Customer } from './customers.js';
import type { Shop } from './shop.js';
import type { Language } from './texts/index.js';

/** Changes when there is something new to show. An open page asks for it every few seconds, so it costs two calls only. */
export async function readPulse(shop: Shop, customer: Customer, language: Language): Promise<string> {
  const [subscription, entitlements] = await Promise.all([
    shop.uplift.inNameOf(customer, language, unrecorded).readSubscription(),
    shop.uplift.readEntitlements(customer, unrecorded),
  ]);
  return computePulse(
    subscription.ok ? subscription.body : undefined,
    entitlements.ok ? entitlements.body.products : [],
  );
}

export const computePulse = (subscription: Subscription | undefined, products: readonly OwnedProduct[]): string =>
  createHash('sha256')
    .update(JSON.stringify([subscription ?? null, products]))
    .digest('base64url');
