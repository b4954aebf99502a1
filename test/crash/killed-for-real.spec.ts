import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MatrixCustomer } from '../e2e/matrix-customer.js';
import type { Visit } from '../e2e/upsell-shop.js';
import { environmentOfBoth } from '../support/both-providers.js';
import { eventually } from '../support/eventually.js';
import { callerOf, type Call } from '../support/http.js';
import { MainProcess } from '../support/main-process.js';
import { Life } from '../support/mortal.js';
import { CrashWorld } from './crash-world.js';
import { openShop } from './sales-paths.js';

/** A lock that nothing else takes. */
const LOCK = 4_713;

/**
 * That the death of a life is that of a process: at the same two points both leave the same rows, and the same money at the
 * provider.
 */
describe('a process that is killed for real', () => {
  let world: CrashWorld;
  let main: MainProcess;
  let call: Call;

  beforeAll(async () => {
    world = await CrashWorld.start('stripe');
    await openShop(world);
    const { sandbox, matrix } = world;
    main = new MainProcess(matrix.application.database.url, {
      ...environmentOfBoth(sandbox.url),
      CLOCK_URL: `${sandbox.url}/sandbox/clock`,
      PROCESS_ROLE: 'api',
    });
    call = callerOf(await main.listening());
  }, 90_000);
  afterEach(() => world.sandbox.faults.clear());
  afterAll(async () => {
    await main.stop();
    await world.close();
  }, 90_000);

  async function arrive(): Promise<{ customer: MatrixCustomer; visit: Visit; wish: object }> {
    const customer = await world.matrix.customer();
    const visit = await customer.arrive('kit');
    return { customer, visit, wish: await visit.wish() };
  }

  /** All that the click has left behind. */
  async function remains(customer: MatrixCustomer): Promise<readonly string[]> {
    const rows = await world.rows<{ line: string }>(
      `WITH me AS (SELECT id FROM users WHERE external_id = $1), tries AS (
         SELECT * FROM charge_attempts WHERE user_id IN (SELECT id FROM me))
       SELECT concat_ws(' ', 'attempt', status, sent_at IS NOT NULL, provider_references) AS line FROM tries
       UNION ALL
       SELECT concat_ws(' ', 'move', from_status, to_status) FROM charge_attempt_moves
        WHERE charge_attempt_id IN (SELECT id FROM tries)
       UNION ALL
       SELECT concat_ws(' ', 'job', t.identifier) FROM graphile_worker._private_jobs j
         JOIN graphile_worker._private_tasks t ON t.id = j.task_id
        WHERE j.payload->>'uuid' IN (SELECT uuid::text FROM tries)
       UNION ALL
       SELECT concat_ws(' ', 'item', i.kind, i.status, i.amount) FROM sale_items i JOIN sales s ON s.id = i.sale_id
        WHERE s.user_id IN (SELECT id FROM me)
       UNION ALL
       SELECT concat_ws(' ', 'session', status, charge_attempt_id IS NOT NULL) FROM upsell_sessions
        WHERE user_id IN (SELECT id FROM me)
       UNION ALL
       SELECT concat_ws(' ', 'entitlement', status) FROM entitlements WHERE user_id IN (SELECT id FROM me)
       ORDER BY line`,
      [customer.id],
    );
    return [...rows.map(({ line }) => line), `charged ${world.matrix.charges(customer).join(' ')}`];
  }

  async function dieInLife(marks: number): Promise<readonly string[]> {
    const { customer, visit, wish } = await arrive();
    const life = new Life({ marks });
    await life.live(() => visit.post('payment', wish));
    expect(life.isDead).toBe(true);
    return remains(customer);
  }

  const click = (visit: Visit, wish: object) =>
    call('POST', `/upsell-native/${visit.offerUuid}/payment`, {
      token: visit.token,
      body: wish,
      headers: { 'accept-language': 'en' }, // the terms that were shown
    }).catch(() => undefined);

  async function kill(): Promise<void> {
    main.kill('SIGKILL');
    expect(await main.ended).toBe('SIGKILL');
  }

  async function restart(): Promise<void> {
    main = new MainProcess(world.matrix.application.database.url, main.environment);
    call = callerOf(await main.listening());
  }

  it('between the claim and the call leaves what a life does that dies there', async () => {
    const simulated = await dieInLife(1);
    expect(simulated).toContain('attempt claimed f {}');
    const { customer, visit, wish } = await arrive();
    await world.rows(`CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN PERFORM pg_advisory_xact_lock(${LOCK}); RETURN NEW; END'`);
    await world.rows(`CREATE TRIGGER hold BEFORE UPDATE ON charge_attempts FOR EACH ROW
      WHEN (NEW.status = 'sent') EXECUTE FUNCTION hold()`);
    const holding = world.rows(`SELECT pg_advisory_lock(${LOCK}), pg_sleep(600)`).catch(() => undefined);
    const lockers = (isGranted: boolean) =>
      world.rows<{ pid: number }>(
        `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = ${LOCK} AND granted = $1`,
        [isGranted],
      );
    const holder = await eventually(async () => (await lockers(true))[0]);
    const clicking = click(visit, wish);
    const isHeld = eventually(async () => (await lockers(false)).length > 0, { within: 45_000 });
    await Promise.race([isHeld, clicking.then((answer) => Promise.reject(new Error(JSON.stringify(answer?.body))))]);
    await kill();
    expect(await clicking).toBeUndefined();
    await world.rows('SELECT pg_terminate_backend($1)', [holder.pid]);
    await holding;
    await eventually(async () => (await lockers(true)).length + (await lockers(false)).length === 0);
    await world.rows('DROP TRIGGER hold ON charge_attempts');
    expect(await remains(customer)).toEqual(simulated);
    await restart();
  }, 90_000);

  it('between the call and its answer leaves what a life does that dies there', async () => {
    const simulated = await dieInLife(3);
    expect(simulated).toContain('attempt sent t {}');
    expect(simulated.at(-1)).toBe('charged 4900 1900');
    const { customer, visit, wish } = await arrive();
    const { faults } = world.sandbox;
    faults.api({ kind: 'slow', milliseconds: 400, method: 'POST', path: '/v1/payment_intents' });
    const clicking = click(visit, wish);
    await eventually(() => faults.list().api.length === 0, { within: 20_000 });
    await kill();
    expect(await clicking).toBeUndefined();
    await eventually(() => world.matrix.charges(customer).length === 2);
    expect(await remains(customer)).toEqual(simulated);
    await restart();
  }, 90_000);
});
