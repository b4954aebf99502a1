import { Absences } from '../../src/charging/jobs/absences.js';
import type { MatrixCustomer } from '../e2e/matrix-customer.js';
import { GOODS, type ProviderId } from '../e2e/matrix-world.js';
import { Life, type WireFault } from '../support/mortal.js';
import type { CrashPath, Scene } from './crash-path.js';
import { netOf } from './crash-run.js';
import type { CrashWorld } from './crash-world.js';
import { REFUND } from './other-sales-paths.js';
import { SCHEDULED, SWITCH } from './plan-paths.js';
import { CHECKOUT, ONE_CLICK, PLAN_START } from './sales-paths.js';

/** A process that takes up what another one has left behind, and dies too. */
const acting = (scene: Scene, movedBefore: number, act: () => Promise<void>): Scene =>
  Object.assign(Object.create(scene) as Scene, {
    movedBefore,
    act: () => act().then(() => undefined),
    isTold: () => false,
  });

/** One that throws is tried again later, as the queue does it. */
export const running = (world: CrashWorld, task: string, payload: object) => (): Promise<void> =>
  world.runTask(task, payload).catch(() => world.addJob(task, payload));

export async function newest(
  world: CrashWorld,
  customer: MatrixCustomer,
  table: 'charge_attempts' | 'plan_change_requests',
): Promise<string> {
  const [row] = await world.rows<{ uuid: string }>(
    `SELECT r.uuid FROM ${table} r JOIN users u ON u.id = r.user_id WHERE u.external_id = $1 ORDER BY r.id DESC LIMIT 1`,
    [customer.id],
  );
  if (!row) throw new Error(`${customer.id} has nothing in ${table}`);
  return row.uuid;
}

/** What was sent, and whose answer went lost on the way, is asked about. */
const asking = (
  path: CrashPath,
  fault: WireFault,
  { task, table }: { readonly task: string; readonly table: 'charge_attempts' | 'plan_change_requests' },
  /** Which of its writing calls; at Dodo a switch is marked by one of its own before. */
  write: Partial<Record<ProviderId, number>> = {},
): CrashPath => ({
  name: `${task} of ${path.name}, whose call was ${fault}`,
  providers: path.providers,
  arrange: path.arrange,
  async begin(world, customer, card) {
    const scene = await path.begin(world, customer, card);
    const before = netOf(world, customer);
    await new Life({ fault: { of: 'write', index: write[world.matrix.side.id] ?? 0, kind: fault } }).live(() =>
      scene.act(),
    );
    await world.passTime();
    const uuid = await newest(world, customer, table);
    return acting(scene, before, running(world, task, { uuid }));
  },
});

const RESOLVE = { task: 'charging.resolve', table: 'charge_attempts' } as const;
const RESUME = { task: 'subscription.resume-request', table: 'plan_change_requests' } as const;

/** Two payments for one thing: the first was given up, because two lists lacked it, and came through after all. */
const lateRefund: CrashPath = {
  name: 'the refund of a payment that came too late',
  providers: ['stripe', 'dodo'],
  isAlone: true,
  arrange: ONE_CLICK.arrange,
  async begin(world, customer, card) {
    const scene = await ONE_CLICK.begin(world, customer, card);
    await new Life({ fault: { of: 'write', index: 0, kind: 'lost' } }).live(() => scene.act());
    const uuid = await newest(world, customer, 'charge_attempts');
    const absences = world.matrix.application.app.get(Absences, { strict: false });
    await absences.note(uuid, new Date());
    await world.passTime();
    await absences.note(uuid, new Date());
    await scene.act();
    const before = netOf(world, customer);
    await world.receive();
    return {
      movement: -GOODS.course,
      movedBefore: before,
      act: () => running(world, 'charging.refund-late', { uuid })().then(() => undefined),
      isTold: () => false,
      isDone: async () => {
        const [row] = await world.rows<{ status: string }>('SELECT status FROM charge_attempts WHERE uuid = $1', [
          uuid,
        ]);
        return row?.status === 'refunded';
      },
      press: () => Promise.resolve(undefined),
      disagreements: async () => ((await scene.isDone()) ? [] : ['what was paid by the second is not given']),
    };
  },
};

/** The provider's events settle what nobody has heard the answer to. */
const settling = (path: CrashPath, write: Partial<Record<ProviderId, number>> = {}): CrashPath => ({
  name: `the inbox, with the events of ${path.name}`,
  providers: path.providers,
  isAlone: true,
  arrange: path.arrange,
  async begin(world, customer, card) {
    const scene = await path.begin(world, customer, card);
    const before = netOf(world, customer);
    await new Life({ fault: { of: 'write', index: write[world.matrix.side.id] ?? 0, kind: 'lost' } }).live(() =>
      scene.act(),
    );
    await world.receiveOnly();
    return acting(scene, before, () => world.inbox.drain());
  },
});

export const JOB_PATHS: readonly CrashPath[] = [
  asking(ONE_CLICK, 'lost', RESOLVE),
  asking(ONE_CLICK, 'dropped', RESOLVE),
  asking(CHECKOUT, 'lost', RESOLVE),
  asking(PLAN_START, 'lost', RESOLVE),
  asking(SWITCH, 'lost', RESOLVE, { dodo: 1 }),
  asking(SWITCH, 'dropped', RESOLVE, { dodo: 1 }),
  asking(REFUND, 'lost', RESOLVE),
  asking(SCHEDULED, 'lost', RESUME),
  asking(SCHEDULED, 'dropped', RESUME),
  lateRefund,
  settling(ONE_CLICK),
  settling(PLAN_START),
  settling(SWITCH, { dodo: 1 }),
  settling(REFUND),
];
