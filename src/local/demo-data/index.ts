import { callerOf } from './caller.js';
import { addFunnels } from './funnels.js';
import { addOffers } from './offers.js';
import { addPlans } from './plans.js';

/** Where the demonstration's catalogue goes, and with which keys. */
export interface DemoTarget {
  /** Base URLs without a trailing slash. */
  readonly upliftUrl: string;
  readonly sandboxUrl: string;
  readonly adminApiKey: string;
  readonly stripeSecretKey: string;
}

/**
 * Puts plans, extras and their upsell funnels on sale, first at the sandbox, then in Uplift's catalogue. What is there already
 * is left as it is, so a later start keeps what somebody has changed since.
 *
 * @throws LocalFailure with what was refused
 */
export async function addDemoData(target: DemoTarget): Promise<void> {
  const sandbox = callerOf(target.sandboxUrl, { authorization: `Bearer ${target.stripeSecretKey}` });
  const uplift = callerOf(target.upliftUrl, { 'x-api-key': target.adminApiKey });
  await addPlans(sandbox, uplift);
  await addOffers(sandbox, uplift);
  await addFunnels(uplift);
}
