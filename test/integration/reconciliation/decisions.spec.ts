import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Jobs } from '../../../src/common/jobs/index.js';
import type { MatrixCustomer } from '../../e2e/matrix-customer.js';
import { CARDS, MatrixWorld, PROVIDERS, type ProviderId } from '../../e2e/matrix-world.js';
import { done } from '../../e2e/upsell-shop.js';
import { connectBoth } from '../../support/both-providers.js';
import { eventually } from '../../support/eventually.js';
import type { Answer } from '../../support/http.js';
import { Darkness } from './darkness.js';
import { Dashboard } from './dashboard.js';
import { differencesOf, reconcile, type Reconciled } from './reconciling.js';

type Body = Answer['body'];

const STEP = { kind: 'one_click', next_on_accept: null, next_on_decline: null };
const NOBODY = '7a9a1f7e-52a5-4b3f-8f9f-6a1b8f0c2d11';

let worlds: Readonly<Record<ProviderId, MatrixWorld>>;

beforeAll(async () => {
  worlds = await MatrixWorld.startEach('decisions');
}, 60_000);
afterAll(async () => {
  await worlds?.stripe.close();
});

/** Jobs of a task are not done, whatever becomes of them. */
async function putOff(world: MatrixWorld, task: string): Promise<void> {
  await world.shop.rows(`CREATE OR REPLACE FUNCTION put_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.task_id = (SELECT id FROM graphile_worker._private_tasks WHERE identifier = '${task}') THEN
      NEW.run_at := 'infinity';
    END IF;
    RETURN NEW;
  END $$`);
  await world.shop.rows(`CREATE OR REPLACE TRIGGER put_off BEFORE INSERT ON graphile_worker._private_jobs
    FOR EACH ROW EXECUTE FUNCTION put_off()`);
}

/** The jobs of a task have given up, and what they were about was left as it is for longer than anybody works on it. */
async function abandon(world: MatrixWorld, task: string, table: string): Promise<void> {
  const jobs = `SELECT id FROM graphile_worker.jobs WHERE task_identifier = $1 AND locked_at IS NULL`;
  await eventually(async () => (await world.shop.rows(jobs, [task])).length > 0);
  await world.shop.rows(`SELECT graphile_worker.complete_jobs(ARRAY(${jobs}))`, [task]);
  await world.shop.rows(`UPDATE ${table} SET updated_at = now() - interval '2 days'`);
  world.sandbox.faults.clear();
}

describe.each(PROVIDERS)('what is found at %s', (provider) => {
  const prefix = provider === 'stripe' ? '' : 'dodo-';
  let world: MatrixWorld;
  let darkness: Darkness | undefined;
  let dashboard: Dashboard;
  let wishing: MatrixCustomer;
  let switching: MatrixCustomer;
  let stranger: MatrixCustomer;
  let buyer: MatrixCustomer;

  beforeAll(async () => {
    world = worlds[provider];
    dashboard = new Dashboard(world);
    await world.shop.funnel(`${prefix}kit`, [{ ...STEP, offers: [`${prefix}course`] }]);
    wishing = await world.customer();
    await wishing.subscribe('basic');
    switching = await world.customer();
    await switching.subscribe('basic');
    stranger = await world.customer();
    await stranger.becomeKnown();
    buyer = await world.customer();
    const visit = await buyer.arrive('kit');
    await done(visit.accept());
    await world.settle();
  }, 60_000);

  afterAll(async () => {
    await darkness?.close();
    connectBoth(world.sandbox, world.application.url);
  });

  const attemptOf = async (customer: MatrixCustomer) => {
    const [row] = await world.shop.rows<{ uuid: string; paymentId: string }>(
      `SELECT a.uuid, a.provider_payment_id AS "paymentId" FROM charge_attempts a JOIN users u ON u.id = a.user_id
        WHERE u.external_id = $1 AND a.purpose = 'upsell'`,
      [customer.id],
    );
    if (!row) throw new Error(`${customer.id} has no upsell`);
    return row;
  };

  /** The one that waits for a person, by its type. */
  async function asked(reconciled: Reconciled, type: string): Promise<{ difference: Body; path: string }> {
    const [difference] = await differencesOf(world, reconciled, `&type=${type}`);
    return { difference, path: `reconciliations/${reconciled.run.id}/differences/${difference?.id}/settle` };
  }

  it('and was asked for, but never carried out, is carried out now', async () => {
    world.sandbox.faults.api({ kind: 'dropRequest', method: 'POST', path: world.side.calls.scheduleChange, times: -1 });
    expect((await wishing.schedule('pro')).status).toBe(202);
    await abandon(world, 'subscription.resume-request', 'plan_change_requests');
    expect((await reconcile(world)).found).toEqual({ 'request_unfinished restore found': 1 });
    expect((await reconcile(world, { dry_run: false })).found).toEqual({ 'request_unfinished restore applied': 1 });
    await world.settle();
    expect(await wishing.subscription()).toMatchObject({ scheduled_plan: { code: `${prefix}pro` } });
    expect((await reconcile(world, { dry_run: false })).found).toEqual({});
  });

  it('and was put aside by a switch at once that failed is put back, where the provider puts aside', async () => {
    await done(switching.schedule('pro'));
    await world.settle();
    await switching.enterCard(CARDS.declinesLater);
    const { quote_id: quoteId } = await done(switching.preview('pro', 'full_immediately'));
    await putOff(world, 'subscription.restore-scheduled-change');
    // Stripe's change is taken back, the switch is declined, and what would put it back does not come through. Dodo replaces
    // it by the switch itself, so a declined one leaves it.
    world.sandbox.faults.api({ kind: 'dropRequest', method: 'POST', path: '/v1/subscription_schedules', times: -1 });
    expect((await switching.execute(quoteId)).status).toBe(402);
    await world.settle();
    await abandon(world, 'subscription.restore-scheduled-change', 'plan_quotes');
    const isPutAside = provider === 'stripe';
    const { scheduled_plan: left } = await switching.subscription();
    expect(left?.code).toBe(isPutAside ? undefined : `${prefix}pro`);
    expect((await reconcile(world)).found).toEqual(isPutAside ? { 'pending_change_lost restore found': 1 } : {});
    await reconcile(world, { dry_run: false });
    await world.settle();
    expect(await switching.subscription()).toMatchObject({ scheduled_plan: { code: `${prefix}pro` } });
    expect((await reconcile(world, { dry_run: false })).found).toEqual({});
  });

  it('and is of no plan waits for one, and is then adopted by a person', async () => {
    darkness ??= await Darkness.begin(world);
    const gold = await world.side.sell({ code: 'gold', amount: 4_000, currency: 'USD', isPlan: true });
    await dashboard.subscribe(stranger.customerId, gold, (url) => stranger.pay(url));
    const first = await reconcile(world, { dry_run: false });
    expect(first.found).toEqual({ 'subscription_refused ask open': 1 });
    const { difference, path } = await asked(first, 'subscription_refused');
    expect(difference.theirs).toMatchObject({ why: expect.stringContaining(gold) });
    const early = await done(world.shop.admin('POST', path, { decision: 'adopt' }));
    expect(early).toMatchObject({ status: 'open', note: expect.stringContaining(gold) });

    const price = { provider, provider_price_id: gold, currency: 'USD', unit_amount: 4_000 };
    const prices = [{ ...price, billing_interval: 'month', interval_count: 1 }];
    const plan = { name: 'gold', rank: 9, is_offered: true, prices };
    await done(world.shop.admin('PUT', `packages/${prefix}suite/plans/${prefix}gold`, plan));
    const adopted = await done(world.shop.admin('POST', path, { decision: 'adopt' }));
    expect(adopted).toMatchObject({ status: 'applied', settled_by: expect.stringMatching(/^key:/) });
    expect(await stranger.entitledPlan()).toBe(`${prefix}gold`);
    expect((await reconcile(world, { dry_run: false })).found).toEqual({});
  });

  it('and names an offer that is none of ours is asked about, and says why it cannot be adopted', async () => {
    const pay = (url: string) => stranger.pay(url);
    const paymentId = await dashboard.charge(stranger.customerId, {
      goods: 'kit',
      metadata: { offer_uuid: NOBODY },
      pay,
    });
    const found = await reconcile(world, { dry_run: false });
    expect(found.found).toEqual({ 'sale_refused ask open': 1 });
    const { difference, path } = await asked(found, 'sale_refused');
    expect(difference).toMatchObject({ provider_id: paymentId, theirs: { offer_uuid: NOBODY } });
    const adopted = await done(world.shop.admin('POST', path, { decision: 'adopt' }));
    expect(adopted).toMatchObject({ status: 'open', note: expect.stringContaining('none of our offers') });
    await done(world.shop.admin('POST', path, { decision: 'dismiss' }));
    expect(await stranger.products()).toEqual([]);
  });

  it('and paid one attempt a second time is for a person, and gives nothing', async () => {
    const { uuid } = await attemptOf(buyer);
    const second = await dashboard.charge(buyer.customerId, {
      goods: 'course',
      metadata: { uplift_attempt: uuid },
      pay: (url) => buyer.pay(url),
    });
    const found = await reconcile(world, { dry_run: false });
    const { difference, path } = await asked(found, 'charge_paid_twice');
    expect(difference).toMatchObject({ provider_id: second, our_id: uuid, action: 'ask', status: 'open' });
    expect((await world.shop.admin('POST', path, { decision: 'adopt' })).status).toBe(409);
    await done(world.shop.admin('POST', path, { decision: 'dismiss', note: 'Given back.' }));
    expect(await buyer.products()).toEqual([`${prefix}course granted`, `${prefix}kit granted`]);
  });

  it('and differs from what was agreed, or is not there, is for a person', async () => {
    const { uuid, paymentId } = await attemptOf(buyer);
    await world.shop.rows(`UPDATE charge_attempts SET command = command || '{"amount": 1800}' WHERE uuid = $1`, [uuid]);
    const differing = await reconcile(world, { dry_run: false });
    expect(differing.found).toMatchObject({ 'charge_amount ask open': 1 });
    const { difference } = await asked(differing, 'charge_amount');
    expect(difference).toMatchObject({ ours: { agreed_amount: 1_800 }, theirs: { amount: 1_900 } });

    await world.shop.rows(
      `UPDATE charge_attempts SET command = command || '{"amount": 1900}', provider_payment_id = $2,
              provider_references = provider_references || jsonb_build_object('paymentId', $2::text),
              uuid = gen_random_uuid()
        WHERE uuid = $1`,
      [uuid, `${paymentId}_gone`],
    );
    const missing = await reconcile(world, { dry_run: false });
    expect(missing.found).toMatchObject({ 'charge_missing ask open': 1 });
    expect((await asked(missing, 'charge_missing')).difference).toMatchObject({
      provider_id: `${paymentId}_gone`,
      theirs: null,
    });
    await world.shop.rows(
      `UPDATE charge_attempts SET uuid = $1, provider_payment_id = $2,
              provider_references = provider_references || jsonb_build_object('paymentId', $2::text)
        WHERE provider_payment_id = $3`,
      [uuid, paymentId, `${paymentId}_gone`],
    );
  });

  it('and was given back by a refund that we took for failed is given back here too, and once', async () => {
    const [kit] = await world.shop.rows<{ id: string }>(
      `SELECT i.uuid AS id FROM sale_items i JOIN sales s ON s.id = i.sale_id JOIN users u ON u.id = s.user_id
        WHERE u.external_id = $1 AND i.kind = 'main'`,
      [buyer.id],
    );
    darkness ??= await Darkness.begin(world);
    await putOff(world, 'charging.resolve');
    world.sandbox.faults.api({ kind: 'failAfter', method: 'POST', path: world.side.calls.refund, times: -1 });
    await world.shop.refund(kit?.id ?? '');
    world.sandbox.faults.clear();
    const failed = `UPDATE charge_attempts SET status = 'failed', failure_code = 'provider_unavailable'
                     WHERE command->>'kind' = 'refund' AND payment_provider = $1 AND status = 'unknown' RETURNING id`;
    expect(await world.shop.rows(failed, [provider])).toHaveLength(1);
    expect(await buyer.products()).toContain(`${prefix}kit granted`);
    expect((await reconcile(world, { dry_run: false })).found).toMatchObject({ 'refund_unknown adopt applied': 1 });
    expect(await buyer.products()).toContain(`${prefix}kit revoked`);
    expect((await world.shop.refund(kit?.id ?? '')).status).toBe(409);
    expect(world.refunds(buyer)).toEqual([4_900]);
  });
});

describe('every night', () => {
  const runs = () =>
    worlds.stripe.shop.rows(
      `SELECT payment_provider AS provider, dry_run, status, requested_by FROM reconciliation_runs
        WHERE kind = 'scheduled' ORDER BY id`,
    );

  it('each provider is compared and what follows is applied; one that is still being compared is left out', async () => {
    const { application, shop } = worlds.stripe;
    const jobs = application.app.get(Jobs);
    expect(jobs.schedules).toContainEqual({ task: 'reconciliation.nightly', cron: '23 2 * * *' });
    const nightly = jobs.handlers.get('reconciliation.nightly') as (payload: object) => Promise<void>;
    await shop.rows(
      `INSERT INTO reconciliation_runs (payment_provider, kind, dry_run, since, phase, lease_token, due_at)
       VALUES ('dodo', 'requested', true, '2026-01-10', 'subscriptions', gen_random_uuid(), now() + interval '1 hour')`,
    );
    await nightly({});
    const completed = { dry_run: false, status: 'completed', requested_by: null };
    await eventually(async () => (await runs()).every(({ status }) => status === 'completed'));
    expect(await runs()).toEqual([{ provider: 'stripe', ...completed }]);
    await shop.rows(`UPDATE reconciliation_runs SET status = 'failed', finished_at = now() WHERE status = 'running'`);
    await nightly({});
    await eventually(async () => (await runs()).every(({ status }) => status === 'completed'));
    expect((await runs()).map(({ provider }) => provider)).toEqual(['stripe', 'stripe', 'dodo']);
  });
});
