import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ProviderError } from '../../src/billing-providers/index.js';
import { Jobs } from '../../src/common/jobs/index.js';
import { eventually } from '../support/eventually.js';
import { closeSound } from '../support/invariants.js';
import { Customer } from './customer.js';
import { HOUR, RETURN_URL, startWorld, type World } from './world.js';

let world: World;
let customer: Customer;
let customers = 0;

beforeAll(async () => {
  world = await startWorld({ name: 'healing' });
});
afterAll(() => closeSound(world));

beforeEach(async () => {
  world.sandbox.faults.clear();
  customer = await Customer.register(world, `patient-${++customers}`);
  await customer.subscribe('basic');
});

/** Runs a background job now, as its schedule would. */
async function run(task: string, payload: object = {}): Promise<void> {
  const handler = world.application.app.get(Jobs).handlers.get(task);
  if (!handler) throw new Error(`no job ${task}`);
  await handler(payload as never);
}

const renew = async (): Promise<void> => world.advance({ to: new Date((await customer.rows()).subscription.deadline) });

/** The last request, and the bookkeeping time that makes the sweep look at it. */
const age = (sql: string): Promise<unknown> => world.application.database.query(sql);

const latestRequest = async (): Promise<string> => {
  const [row] = await world.application.database.query<{ uuid: string }>(
    'SELECT uuid FROM plan_change_requests ORDER BY id DESC LIMIT 1',
  );
  return row?.uuid ?? '';
};

describe('events that never come', () => {
  it('a renewal of which nothing was told is found and read from the provider', async () => {
    world.sandbox.faults.delivery({ kind: 'drop', types: ['*'], times: Infinity });
    await renew();
    await world.advance({ seconds: 3 * HOUR });
    expect((await customer.rows()).history).toEqual(['new basic active paid']);
    world.sandbox.faults.clear();

    await age("UPDATE subscription_streams SET updated_at = now() - interval '2 hours'");
    await run('subscription.sweep');
    await eventually(async () => (await customer.rows()).history.length === 2, { within: 20_000 });
    expect((await customer.rows()).history).toEqual(['new basic active paid', 'renewal basic active paid']);
    expect(await customer.entitledPlan()).toBe('basic');
  });

  it('an ending of which nothing was told is found too', async () => {
    world.sandbox.faults.delivery({ kind: 'drop', types: ['*'], times: Infinity });
    await world.stripe.subscriptions.cancel(await customer.subscriptionId());
    world.sandbox.faults.clear();
    await world.advance({ days: 40 });
    await age("UPDATE subscription_streams SET updated_at = now() - interval '2 hours'");
    await run('subscription.sweep');
    await eventually(async () => (await customer.rows()).subscription.status !== 'active', { within: 20_000 });
    expect((await customer.rows()).subscription.status).toBe('canceled');
  });
});

describe('old facts', () => {
  it('are folded away, also of a plan that the customer left long ago, and everything goes on', async () => {
    await customer.changePrice('pro', { proration_behavior: 'none' });
    for (let period = 0; period < 5; period++) {
      await renew();
      await world.advance({ seconds: HOUR + 60 });
    }
    const before = await customer.rows();
    const facts = () => world.application.database.query<{ count: string }>('SELECT count(*) FROM subscription_facts');
    const [kept] = await facts();
    await world.application.app.get(Jobs).handlers.get('subscription.fold-old-facts')?.({} as never);
    const [left] = await facts();
    expect(Number(left?.count)).toBeLessThan(Number(kept?.count));
    expect(await customer.rows()).toEqual(before);

    await renew();
    await world.advance({ seconds: HOUR + 60 });
    expect((await customer.rows()).history).toEqual([...before.history, 'renewal pro active paid']);
    expect(await customer.entitledPlan()).toBe('pro');
  });
});

describe('a request whose answer is lost', () => {
  /** The provider does it, and then cannot be reached for a while. */
  const loseAnswers = () => {
    const path = '/v1/subscription_schedules/*';
    world.sandbox.faults.api({ method: 'POST', path, kind: 'loseResponse' });
    world.sandbox.faults.api({ method: 'POST', path, kind: 'dropRequest', times: 20 });
  };

  it('is found done, also when the provider lets nobody in for a moment', async () => {
    loseAnswers();
    expect((await customer.schedule('pro')).body.latest_request.status).toBe('unknown');
    world.sandbox.faults.clear();
    world.sandbox.faults.api({ kind: 'status', status: 429, times: Infinity });
    const uuid = await latestRequest();
    await expect(run('subscription.resume-request', { uuid })).rejects.toThrow(ProviderError);
    expect(await customer.requestStatuses()).toEqual(['unknown']);
    world.sandbox.faults.clear();
    await run('subscription.resume-request', { uuid });
    expect(await customer.requestStatuses()).toEqual(['scheduled']);
    await world.settle();
    expect((await customer.rows()).history).toEqual(['new basic active paid', 'change basic->pro pending pending']);
  });

  it('does not override what the customer chose since', async () => {
    await world.advance({ seconds: 60 });
    loseAnswers();
    await customer.schedule('pro');
    world.sandbox.faults.clear();
    await world.advance({ seconds: 60 });
    await customer.inPortal((portal) => portal.keepPlan());
    await world.settle();
    await run('subscription.resume-request', { uuid: await latestRequest() });
    expect(await customer.requestStatuses()).toEqual(['undone']);
    expect((await customer.rows()).subscription.scheduled).toBeNull();
  });

  it('is found applied when its renewal has passed', async () => {
    loseAnswers();
    await customer.schedule('pro');
    world.sandbox.faults.clear();
    await world.settle();
    await renew();
    await run('subscription.resume-request', { uuid: await latestRequest() });
    expect(await customer.requestStatuses()).toEqual(['applied']);
    expect((await customer.rows()).subscription).toMatchObject({ plan: 'pro', scheduled: null });
  });
});

describe('the billing portal of a payer of several groups', () => {
  it('is not opened for a manager of only one of them', async () => {
    const manager = await Customer.register(world, `manager-${customers}`);
    const other = await customer.addGroup(`second-of-${customers}`);
    await other.subscribe('pro');
    await customer.addMember(manager, 'admin');
    const body = { return_url: RETURN_URL, group_id: customer.groupId };
    expect((await manager.call('POST', '/subscription/billing-portal', body)).body.code).toBe(
      'subscription_not_authorized',
    );
    expect((await customer.call('POST', '/subscription/billing-portal', body)).status).toBe(201);
    const change = { plan_id: world.plans.enterprise.uuid, effective: 'renewal', group_id: customer.groupId };
    expect((await manager.call('POST', '/subscription/change-plan', change)).status).toBe(202);
  });
});
