import type { ChangePlanCommand } from '../../../src/billing-providers/index.js';
import { GROUP, type PlansWorld } from './dodo-plans-world.js';

type Mode = ChangePlanCommand['mode'];
type Product = keyof PlansWorld['products'];
/** From the middle of January, when the world begins. */
const HALF_A_PERIOD = 15.5 * 86_400;

export const preview = (world: PlansWorld, subscriptionId: string, target: Product, mode: Mode) =>
  world.provider.previewPlanChange({
    subscriptionId,
    targetPriceId: world.products[target],
    mode,
    prorationAt: world.seconds(),
  });

/** Half of a period has passed; the command is what the preview promises. */
export async function prepareSwitch(
  world: PlansWorld,
  options: Parameters<PlansWorld['subscribe']>[0] = {},
  { target = 'pro', mode = 'difference_immediately' }: { readonly target?: Product; readonly mode?: Mode } = {},
) {
  const subscription = await world.subscribe(options);
  await world.sandbox.advance({ seconds: HALF_A_PERIOD });
  const quote = await preview(world, subscription.subscription_id, target, mode);
  const command: ChangePlanCommand = {
    kind: 'change_plan',
    mode,
    customerId: subscription.customer.customer_id,
    amount: quote.amountDue,
    credit: quote.credit,
    currency: quote.currency,
    description: target,
    metadata: GROUP,
    subscriptionId: subscription.subscription_id,
    fromPriceId: subscription.product_id,
    planPriceId: world.products[target],
    prorationAt: quote.prorationAt,
  };
  return { subscription, quote, command, chargesBefore: world.charges().length };
}

export const findSwitch = (
  world: PlansWorld,
  { customerId }: ChangePlanCommand,
  attemptId: string,
  { references = {}, sentAt = world.seconds() } = {},
) => world.provider.findCharge({ kind: 'change_plan', attemptId, customerId, references, sentAt });

export const schedule = (world: PlansWorld, subscriptionId: string, target: Product) =>
  world.provider.schedulePlanChange({ subscriptionId, targetPriceId: world.products[target], requestId: 'request-1' });

export const productOf = async (world: PlansWorld, id: string): Promise<string> => (await world.read(id)).product_id;
