import type { MatrixCustomer } from '../e2e/matrix-customer.js';
import { DODO_SECRETS } from '../support/both-providers.js';
import { dodoClient } from '../support/dodo-client.js';
import type { CrashWorld } from './crash-world.js';

/** A subscription as the provider has it, read past the service. */
export interface RealSubscription {
  readonly priceId: string;
  /** What it is to become at its next renewal. */
  readonly scheduledPriceId: string | null;
  /** It ends with its period. */
  readonly ends: boolean;
}

export async function readAtProvider(world: CrashWorld, customer: MatrixCustomer): Promise<RealSubscription> {
  const id = await customer.subscriptionId();
  return world.matrix.side.id === 'stripe' ? readAtStripe(world, id) : readAtDodo(world, id);
}

async function readAtStripe({ matrix }: CrashWorld, id: string): Promise<RealSubscription> {
  const { stripe } = matrix.shop.world;
  const subscription = await stripe.subscriptions.retrieve(id, { expand: ['schedule'] });
  const { schedule } = subscription;
  const phases = typeof schedule === 'object' && schedule !== null ? schedule.phases : [];
  const priceId = subscription.items.data[0]?.price.id ?? '';
  const last = phases.at(-1)?.items[0]?.price;
  const scheduled = typeof last === 'string' ? last : (last?.id ?? null);
  return {
    priceId,
    scheduledPriceId: scheduled === priceId ? null : scheduled,
    ends: subscription.cancel_at_period_end || subscription.cancel_at !== null,
  };
}

async function readAtDodo({ matrix }: CrashWorld, id: string): Promise<RealSubscription> {
  const subscription = await dodoClient(matrix.sandbox, DODO_SECRETS.DODO_PAYMENTS_API_KEY).subscriptions.retrieve(id);
  return {
    priceId: subscription.product_id,
    scheduledPriceId: subscription.scheduled_change?.product_id ?? null,
    ends: subscription.cancel_at_next_billing_date,
  };
}
