import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MatrixCustomer } from '../../e2e/matrix-customer.js';
import { MatrixWorld } from '../../e2e/matrix-world.js';
import { Jobs } from '../../../src/common/jobs/index.js';
import { eventually } from '../../support/eventually.js';
import { done } from '../../e2e/upsell-shop.js';
import { Doorway } from './doorway.js';
import { differencesOf, over, reconcile } from './reconciling.js';

let world: MatrixWorld;
let doorway: Doorway;
let customer: MatrixCustomer;

beforeAll(async () => {
  doorway = await Doorway.open();
  world = await MatrixWorld.start('stripe', 'runs', (sandboxUrl) => doorway.lead(sandboxUrl));
  customer = await world.customer();
  await customer.subscribe('basic');
  await customer.schedule('pro');
  await world.settle();
});
afterEach(() => world.sandbox.faults.clear());
afterAll(async () => {
  await world?.close();
  await doorway?.close();
});

const handler = (task: string) =>
  world.application.app.get(Jobs).handlers.get(task) as (payload: object) => Promise<void>;

/** A run that nobody works on: its process has died. */
async function interrupted(more: { readonly phase?: string } = {}): Promise<string> {
  const [row] = await world.shop.rows<{ uuid: string }>(
    `INSERT INTO reconciliation_runs (payment_provider, kind, dry_run, since, phase, takes, lease_token, due_at)
     VALUES ('stripe', 'requested', true, '2026-01-10', $1, 1, gen_random_uuid(), now() + interval '2 minutes')
     RETURNING uuid`,
    [more.phase ?? 'subscriptions'],
  );
  return row?.uuid ?? '';
}

const statusOf = async (id: string) => (await world.shop.admin('GET', `reconciliations/${id}`)).body.status;

describe('a run', () => {
  it('finds nothing where every event has come', async () => {
    const { run, found } = await reconcile(world, { dry_run: null, since: null });
    expect(found).toEqual({});
    expect(run).toMatchObject({
      provider: 'stripe',
      kind: 'requested',
      dry_run: true,
      status: 'completed',
      error: null,
      paused_until: null,
      read: { subscriptions: 1, payments: 1, checkouts: 1, refunds: 0, disputes: 0, foreign: 0, unreadable: 0 },
    });
    const { body } = await world.shop.admin('GET', 'reconciliations?limit=1');
    expect(body.items).toEqual([run]);
  });

  it('is the only one of its provider; one whose process died is taken up, and no sooner', async () => {
    const id = await interrupted({ phase: 'payments' });
    const refused = await world.shop.admin('POST', 'reconciliations', { provider: 'stripe' });
    expect(refused).toMatchObject({ status: 409, body: { code: 'reconciliation_running' } });
    await handler('reconciliation.run')({ uuid: id });
    await handler('reconciliation.take-up')({});
    expect(await statusOf(id)).toBe('running');
    await world.shop.rows('UPDATE reconciliation_runs SET due_at = now() WHERE uuid = $1', [id]);
    await handler('reconciliation.take-up')({});
    const { run } = await over(world, id);
    // It went on where it was, and did not begin again.
    expect(run).toMatchObject({ status: 'completed', read: { subscriptions: 0, payments: 1 } });
  });

  it('waits where the provider takes no calls for a moment', async () => {
    world.sandbox.faults.api({ kind: 'status', status: 429, path: '/v1/payment_intents', times: 4 });
    const { run } = await reconcile(world);
    expect(run).toMatchObject({ status: 'completed', read: { subscriptions: 1, payments: 1 } });
  });

  it('waits for as long as the provider says', async () => {
    doorway.refuse('/v1/payment_intents', '1');
    const { run } = await reconcile(world);
    expect(run).toMatchObject({ status: 'completed', read: { payments: 1 } });
    const again = doorway.passed.findLast(({ path }) => path === '/v1/payment_intents');
    expect((again?.at ?? 0) - (doorway.refused.at(-1) ?? 0)).toBeGreaterThanOrEqual(1_000);
  });

  it('leaves a provider alone that asks for longer than a run stands still, for as long as it says', async () => {
    doorway.refuse('/v1/payment_intents', '3600');
    const refused = doorway.refused.length;
    const { id } = (await done(world.shop.admin('POST', 'reconciliations', { provider: 'stripe' }))).items[0];
    const waiting = `SELECT due_at > now() + interval '59 minutes' AS waits FROM reconciliation_runs
                      WHERE uuid = $1 AND lease_token IS NULL`;
    await eventually(async () => (await world.shop.rows<{ waits: boolean }>(waiting, [id]))[0]?.waits === true);
    expect(doorway.refused.length).toBe(refused + 1);
    await world.shop.rows('UPDATE reconciliation_runs SET due_at = now() WHERE uuid = $1', [id]);
    await handler('reconciliation.take-up')({});
    expect((await over(world, id)).run).toMatchObject({ status: 'completed', read: { payments: 1 } });
  });

  it('is not taken from whoever works on a page of many calls, however slow they are', async () => {
    const id = await interrupted();
    await world.shop.rows(`UPDATE reconciliation_runs SET phase = 'payments', due_at = now() WHERE uuid = $1`, [id]);
    const bar = doorway.bar('/v1/payment_intents');
    const working = handler('reconciliation.run')({ uuid: id });
    await eventually(() => bar.isReached());
    await world.shop.rows(`UPDATE reconciliation_runs SET due_at = now() + interval '1 second' WHERE uuid = $1`, [id]);
    const next = doorway.bar('/v1/checkout/sessions');
    bar.lift();
    await eventually(() => next.isReached());
    const leased = `SELECT due_at > now() + interval '1 minute' AS leased FROM reconciliation_runs WHERE uuid = $1`;
    expect(await world.shop.rows(leased, [id])).toEqual([{ leased: true }]);
    next.lift();
    await working;
  });

  it('lets go of a provider that takes none for long, and goes on from its page later', async () => {
    world.sandbox.faults.api({ kind: 'status', status: 429, path: '/v1/payment_intents', times: Infinity });
    const { id } = (await done(world.shop.admin('POST', 'reconciliations', { provider: 'stripe' }))).items[0];
    const waiting = `SELECT due_at > now() + interval '4 minutes' AS waits, phase FROM reconciliation_runs
                      WHERE uuid = $1 AND lease_token IS NULL`;
    await eventually(async () => (await world.shop.rows<{ waits: boolean }>(waiting, [id]))[0]?.waits === true, {
      within: 20_000,
    });
    expect((await world.shop.admin('GET', `reconciliations/${id}`)).body).toMatchObject({
      status: 'running',
      phase: 'payments',
      error: 'The provider takes no more calls for now.',
      paused_until: expect.any(String),
    });
    world.sandbox.faults.clear();
    await world.shop.rows('UPDATE reconciliation_runs SET due_at = now() WHERE uuid = $1', [id]);
    await handler('reconciliation.take-up')({});
    expect((await over(world, id)).run).toMatchObject({ status: 'completed', read: { subscriptions: 1, payments: 1 } });
  });

  it('is given up where taking it up leads nowhere', async () => {
    const id = await interrupted();
    await world.shop.rows('UPDATE reconciliation_runs SET takes = 50, due_at = now() WHERE uuid = $1', [id]);
    await handler('reconciliation.run')({ uuid: id });
    expect((await over(world, id)).run).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('too often'),
    });
  });

  it('reads lists of many pages, and keeps how far it has come after each', async () => {
    const stripe = world.shop.world.stripe;
    for (let number = 0; number < 105; number++) {
      await stripe.paymentIntents.create({
        amount: 1_000,
        currency: 'usd',
        payment_method: 'pm_card_visa',
        confirm: true,
        return_url: 'https://shop.test/back',
      });
    }
    const { run, found } = await reconcile(world);
    expect(found).toEqual({});
    expect(run.read).toMatchObject({ payments: 106, foreign: 105 });
  });
});

describe('a difference that a person must decide about', () => {
  const gone = () =>
    world.shop.rows(`UPDATE subscriptions SET payment_provider_subscription_id = 'sub_gone' WHERE status = 'active'`);

  it('is asked about once, is not adopted where there is nothing to adopt, and stays dismissed', async () => {
    await gone();
    const asked = await reconcile(world, { dry_run: false });
    expect(asked.found).toMatchObject({ 'subscription_missing ask open': 1 });
    expect((await reconcile(world, { dry_run: false })).found).toEqual({});

    const [difference] = await differencesOf(world, asked, '&status=open&type=subscription_missing');
    expect(difference).toMatchObject({ provider_id: 'sub_gone', action: 'ask', theirs: null, settled_at: null });
    expect(difference?.meaning).toContain('the provider has none');
    const path = `reconciliations/${asked.run.id}/differences/${difference?.id}/settle`;
    const adopted = await world.shop.admin('POST', path, { decision: 'adopt' });
    expect(adopted).toMatchObject({ status: 409, body: { code: 'reconciliation_not_adoptable' } });
    const dismissed = await done(world.shop.admin('POST', path, { decision: 'dismiss', note: 'A test account.' }));
    expect(dismissed).toMatchObject({ status: 'dismissed', note: 'A test account.' });
    expect(dismissed.settled_by).toMatch(/^key:/);
    const again = await world.shop.admin('POST', path, { decision: 'dismiss' });
    expect(again).toMatchObject({ status: 409, body: { code: 'reconciliation_settled' } });
    expect((await reconcile(world)).found).toEqual({});
  });

  it('and is unknown is 404, as is one of another run', async () => {
    const nobody = '7a9a1f7e-52a5-4b3f-8f9f-6a1b8f0c2d11';
    expect((await world.shop.admin('GET', `reconciliations/${nobody}`)).status).toBe(404);
    expect((await world.shop.admin('GET', `reconciliations/${nobody}/differences`)).status).toBe(404);
    const { run } = await reconcile(world);
    const path = `reconciliations/${run.id}/differences/${nobody}/settle`;
    expect((await world.shop.admin('POST', path, { decision: 'dismiss' })).status).toBe(404);
  });
});
