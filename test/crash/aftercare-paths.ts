import { Life } from '../support/mortal.js';
import type { CrashPath, Scene } from './crash-path.js';
import { netOf } from './crash-run.js';
import type { CrashWorld } from './crash-world.js';
import { newest, running } from './job-paths.js';
import { IN_PLACE_OF_SCHEDULED, SWITCH } from './plan-paths.js';
import { ONE_CLICK } from './sales-paths.js';

/** What was charged too much, in minor units. */
const EXCESS = 700;
/** More readings of the provider's lists than it takes to give up a charge that none of them has. */
const MOST_READINGS = 5;

/** Where nobody tries again: what becomes of it becomes of it by the job alone. */
const BY_ITSELF = { isTold: () => false, press: () => Promise.resolve(undefined) };

const countRows = async (world: CrashWorld, sql: string, parameters: readonly unknown[]): Promise<number> =>
  (await world.rows(sql, parameters)).length;

async function giveUp(world: CrashWorld, uuid: string): Promise<void> {
  for (let reading = 1; reading <= MOST_READINGS; reading++) {
    await world.passTime();
    await running(world, 'charging.resolve', { uuid })();
    const failed = await countRows(world, `SELECT FROM charge_attempts WHERE uuid = $1 AND status = 'failed'`, [uuid]);
    if (failed === 1) return;
  }
  throw new Error(`charge attempt ${uuid} is not given up`);
}

/** A switch was paid by more than its quote says. */
const refundExcess: CrashPath = {
  name: 'the refund of what a switch has taken too much',
  providers: ['stripe'],
  arrange: SWITCH.arrange,
  async begin(world, customer, card) {
    const scene = await SWITCH.begin(world, customer, card);
    await new Life({ fault: { of: 'write', index: 0, kind: 'lost' } }).live(() => scene.act());
    await world.passTime();
    const uuid = await newest(world, customer, 'charge_attempts');
    await world.rows(
      `UPDATE plan_quotes q SET amount_due = amount_due - $2 FROM charge_attempts a WHERE a.uuid = $1 AND q.id = a.subject_id`,
      [uuid, EXCESS],
    );
    await world.runTask('charging.resolve', { uuid });
    return {
      ...BY_ITSELF,
      movement: -EXCESS,
      movedBefore: netOf(world, customer),
      act: () => running(world, 'subscription.refund-excess', { uuid })().then(() => undefined),
      isDone: async () =>
        (await countRows(
          world,
          `SELECT FROM charge_attempts r JOIN charge_attempts a ON a.id = r.subject_id
            WHERE r.purpose = 'plan_change_excess' AND r.status = 'succeeded' AND a.uuid = $1`,
          [uuid],
        )) === 1,
      disagreements: () => scene.disagreements(),
    } satisfies Scene;
  },
};

/** A process has released the scheduled change, and died before the switch; then nobody finds that it was made. */
const restoreScheduled: CrashPath = {
  name: 'the return of a scheduled change that a lost switch was to replace',
  providers: ['stripe'],
  arrange: IN_PLACE_OF_SCHEDULED.arrange,
  async begin(world, customer, card) {
    const scene = await IN_PLACE_OF_SCHEDULED.begin(world, customer, card);
    const life = new Life({ marks: 3 });
    await life.live(() => scene.act());
    if (!life.marks.at(-1)?.endsWith('/release')) throw new Error(`it died after ${life.marks.at(-1)}`);
    const uuid = await newest(world, customer, 'charge_attempts');
    await giveUp(world, uuid);
    const isBack = async () => {
      const { plan, scheduled_plan: next } = await customer.subscription();
      return plan.code === 'basic' && next?.code === 'starter';
    };
    return {
      ...BY_ITSELF,
      movement: 0,
      act: () => running(world, 'subscription.restore-scheduled-change', { uuid })().then(() => undefined),
      isDone: isBack,
      disagreements: () => scene.disagreements(),
    } satisfies Scene;
  },
};

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

export const AFTERCARE_PATHS: readonly CrashPath[] = [refundExcess, restoreScheduled, closeLeftover];
