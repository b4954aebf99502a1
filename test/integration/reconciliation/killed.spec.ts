import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Jobs } from '../../../src/common/jobs/index.js';
import { startApplication, type StartedApplication } from '../../support/application.js';
import { eventually } from '../../support/eventually.js';
import { MainProcess } from '../../support/main-process.js';
import { stripeOf } from '../../support/settings.js';
import { Customer } from '../../e2e/customer.js';
import { done, Shop } from '../../e2e/upsell-shop.js';
import { Doorway } from './doorway.js';

let shop: Shop;
let doorway: Doorway;
let killed: MainProcess | undefined;
let heir: StartedApplication | undefined;

beforeAll(async () => {
  shop = await Shop.open({ name: 'reconciliation_killed' });
  await (await Customer.register(shop.world, 'subscriber')).subscribe('basic');
  doorway = await Doorway.open();
});
afterAll(async () => {
  killed?.kill('SIGKILL');
  await killed?.ended;
  await heir?.close();
  await shop?.close();
  await doorway?.close();
});

const row = async (id: string) =>
  (
    await shop.rows<{ status: string; phase: string; due: boolean }>(
      'SELECT status, phase, due_at <= now() AS due FROM reconciliation_runs WHERE uuid = $1',
      [id],
    )
  )[0];

describe('a run whose process is killed', () => {
  it('is left to it until its lease is over, and is then taken up where it was, by another', async () => {
    const { application, sandbox } = shop.world;
    const { url: databaseUrl } = application.database;
    const { apiUrl } = stripeOf(application.config);
    // The one that has served so far works no more: what is asked of it is done by processes of their own.
    await application.app.close();
    const environment = { RECONCILIATION_PAUSE_MILLISECONDS: '0', SHUTDOWN_DELAY_SECONDS: '0' };
    const bar = doorway.bar('/v1/payment_intents');
    killed = new MainProcess(databaseUrl, {
      ...environment,
      STRIPE_API_URL: doorway.lead(sandbox.url),
      CLOCK_URL: `${apiUrl}/sandbox/clock`,
      PROCESS_ROLE: 'worker',
    });
    heir = await startApplication({
      name: 'reconciliation_killed',
      database: application.database,
      clock: application.clock,
      environment: { ...environment, STRIPE_API_URL: apiUrl, PROCESS_ROLE: 'api' },
    });
    const apiKey = heir.config.auth.adminApiKey;
    const path = '/api/v1/admin/reconciliations';
    const [{ id }] = (await done(heir.call('POST', path, { apiKey, body: { dry_run: false } }))).items;
    await eventually(() => bar.isReached(), { within: 60_000 });
    killed.kill('SIGKILL');
    expect(await killed.ended).toBe('SIGKILL');
    bar.lift();
    expect(await row(id)).toEqual({ status: 'running', phase: 'payments', due: false });

    const { handlers } = heir.app.get(Jobs);
    const goOn = handlers.get('reconciliation.run') as (payload: { uuid: string }) => Promise<void>;
    await goOn({ uuid: id });
    expect(await row(id)).toMatchObject({ status: 'running', phase: 'payments' });
    await shop.rows('UPDATE reconciliation_runs SET due_at = now() WHERE uuid = $1', [id]);
    // Nobody works on jobs here: calling for it makes a job beside the one that died with its worker.
    await handlers.get('reconciliation.take-up')?.({} as never);
    const waiting = `SELECT FROM graphile_worker.jobs WHERE key = $1 AND locked_at IS NULL`;
    expect(await shop.rows(waiting, [`reconciliation.run:${id}`])).toHaveLength(1);
    await goOn({ uuid: id });
    const { body: run } = await heir.call('GET', `${path}/${id}`, { apiKey });
    expect(run).toMatchObject({ status: 'completed', error: null, read: { subscriptions: 1, payments: 1 } });
    expect(run.differences).toEqual([]);
  }, 90_000);
});
