import { callerOf } from './caller.js';
import { addFunnels } from './funnels.js';
import { addOffers } from './offers.js';
import { addPlans } from './plans.js';
import { Prices } from './prices.js';

/** Where the demonstration's catalogue goes, and with which keys. */
export interface DemoTarget {
  /** Base URLs without a trailing slash. */
  readonly upliftUrl: string;
  readonly sandboxUrl: string;
  readonly adminApiKey: string;
  readonly stripeSecretKey: string;
  readonly dodoApiKey: string;
}

/**
 * Puts plans, extras and their upsell funnels on sale, first at the providers of the sandbox, then in Uplift's catalogue. What
 * is there already is left as it is, so a later start keeps what somebody has changed since.
 *
 * @throws LocalFailure with what was refused
 */
export async function addDemoData(target: DemoTarget): Promise<void> {
  const prices = new Prices(
    callerOf(target.sandboxUrl, { authorization: `Bearer ${target.stripeSecretKey}` }),
    callerOf(`${target.sandboxUrl}/dodo`, { authorization: `Bearer ${target.dodoApiKey}` }),
  );
  const uplift = callerOf(target.upliftUrl, { 'x-api-key': target.adminApiKey });
  await addPlans(prices, uplift);
  await addOffers(prices, uplift);
  await addFunnels(uplift);
}
