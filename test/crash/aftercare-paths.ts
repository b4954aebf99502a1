import type { CrashPath, Scene } from './crash-path.js';
import { newest, running } from './job-paths.js';
import { ONE_CLICK } from './sales-paths.js';

/** Where nobody tries again: what becomes of it becomes of it by the job alone. */
const BY_ITSELF = { isTold: () => false, press: () => Promise.resolve(undefined) };

/** A payment that was declined is closed, so that nobody can pay it later. */
const closeLeftover: CrashPath = {
  name: 'the closing of a payment that was declined',
  providers: ['stripe'],
  arrange: (world, customer) => ONE_CLICK.arrange(world, customer, 'declined'),
  async begin(world, customer) {
    const scene = await ONE_CLICK.begin(world, customer, 'declined');
    await scene.act();
    const uuid = await newest(world, customer, 'charge_attempts');
    const [row] = await world.rows<{ id: string }>(
      'SELECT provider_payment_id AS id FROM charge_attempts WHERE uuid = $1',
      [uuid],
    );
    const isClosed = async () => {
      const { status } = await world.matrix.shop.world.stripe.paymentIntents.retrieve(row?.id ?? '');
      return status === 'canceled';
    };
    return {
      ...BY_ITSELF,
      movement: 0,
      act: () => running(world, 'charging.close-leftover', { uuid })().then(() => undefined),
      isDone: isClosed,
      isMade: isClosed,
      disagreements: async () => ((await scene.isDone()) ? ['what was declined is given'] : []),
    } satisfies Scene;
  },
};

export const AFTERCARE_PATHS: readonly CrashPath[] = [closeLeftover];
