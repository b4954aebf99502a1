import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InterruptedChange } from '../../e2e/interrupted-change.js';
import type { MatrixCustomer } from '../../e2e/matrix-customer.js';
import { CARDS, MatrixWorld, type PlanCode, type ProviderId } from '../../e2e/matrix-world.js';
import { done } from '../../e2e/upsell-shop.js';
import { eventually } from '../../support/eventually.js';

let world: MatrixWorld;

const start = async (provider: ProviderId) => {
  world = await MatrixWorld.start(provider, 'aftercare');
  const types = ['subscription.plan_changed', 'subscription.plan_change_failed'];
  await done(world.shop.admin('POST', 'webhook-endpoints', { url: 'http://127.0.0.1:9/hook', event_types: types }));
};

async function subscriber(plan: PlanCode = 'basic'): Promise<MatrixCustomer> {
  const customer = await world.customer();
  await customer.subscribe(plan);
  return customer;
}

const statusOf = async (customer: MatrixCustomer): Promise<string> =>
  (await customer.subscription()).latest_change?.status;

const toldOf = async (quoteId: string) => {
  const rows = await world.shop.rows<{ payload: string }>(
    'SELECT payload FROM merchant_webhook_deliveries WHERE message_id LIKE $1 ORDER BY id',
    [`subscription.%:${quoteId}`],
  );
  return rows.map(({ payload }) => JSON.parse(payload));
};

/** Two complete lists, five minutes apart, do not have it. */
async function giveUp(customer: MatrixCustomer, interrupted: InterruptedChange): Promise<void> {
  await interrupted.resolve();
  await eventually(async () => {
    await interrupted.resolve({ secondsLater: 400 });
    return (await statusOf(customer)) === 'failed';
  });
}

describe('a switch at once', () => {
  beforeAll(() => start('stripe'));
  afterAll(() => world.close());

  it('that was charged more than its quote said has the excess refunded, once', async () => {
    const customer = await subscriber();
    const quote = await done(customer.preview('pro'));
    const interrupted = await InterruptedChange.begin(world, customer, quote.quote_id);
    await interrupted.callProvider();
    await world.shop.rows('UPDATE plan_quotes SET amount_due = amount_due - 700 WHERE uuid = $1', [quote.quote_id]);
    await interrupted.resolve();
    await eventually(() => world.refunds(customer).length > 0);
    await world.settle();
    expect(world.charges(customer)).toEqual([3_000, 5_000]);
    await world.shop.rows(
      `SELECT graphile_worker.add_job('subscription.refund-excess', json_build_object('uuid', $1::text))`,
      [interrupted.attemptUuid],
    );
    await eventually(async () => {
      const jobs = await world.shop.rows(
        `SELECT FROM graphile_worker.jobs WHERE task_identifier = 'subscription.refund-excess'`,
      );
      return jobs.length === 0;
    });
    expect(world.refunds(customer)).toEqual([700]);
    expect(await statusOf(customer)).toBe('applied');
  });

  /** Its process has died after it released the scheduled change that it was to replace. */
  async function interruptedAfterRelease(): Promise<{ customer: MatrixCustomer; interrupted: InterruptedChange }> {
    const customer = await subscriber();
    expect((await customer.schedule('starter')).status).toBe(202);
    await world.settle();
    const quote = await done(customer.preview('pro'));
    const interrupted = await InterruptedChange.begin(world, customer, quote.quote_id);
    await interrupted.releaseScheduledChange();
    await world.settle();
    expect((await customer.subscription()).scheduled_plan).toBeNull();
    return { customer, interrupted };
  }

  it('that fails brings back the scheduled change that its process had released before it died', async () => {
    const { customer, interrupted } = await interruptedAfterRelease();
    await giveUp(customer, interrupted);
    await eventually(async () => (await customer.subscription()).scheduled_plan?.code === 'starter');
    expect((await customer.subscription()).plan.code).toBe('basic');
  });

  it('that fails brings it back also where the provider did not take it at first', async () => {
    const { customer, interrupted } = await interruptedAfterRelease();
    world.sandbox.faults.api({ kind: 'status', status: 400, method: 'POST', path: world.side.calls.scheduleChange });
    await giveUp(customer, interrupted);
    await eventually(async () => (await customer.subscription()).scheduled_plan?.code === 'starter', {
      within: 20_000,
    });
    expect(world.sandbox.faults.list().api).toEqual([]);
  });

  it('that fails brings nothing back after another switch was made, though nobody has told of that yet', async () => {
    const { customer, interrupted } = await interruptedAfterRelease();
    world.sandbox.faults.delivery({ kind: 'drop', times: Infinity });
    await interrupted.callProvider(randomUUID());
    await giveUp(customer, interrupted);
    await eventually(async () => {
      const jobs = await world.shop.rows(
        `SELECT FROM graphile_worker.jobs WHERE task_identifier = 'subscription.restore-scheduled-change'`,
      );
      return jobs.length === 0;
    });
    world.sandbox.faults.clear();
    expect(await customer.subscription()).toMatchObject({ plan: { code: 'pro' }, scheduled_plan: null });
  });

  it('that is declined is told to the merchant', async () => {
    const customer = await subscriber();
    const quote = await done(customer.preview('pro'));
    await customer.enterCard(CARDS.declinesLater);
    expect((await customer.execute(quote.quote_id)).status).toBe(402);
    expect(await toldOf(quote.quote_id)).toMatchObject([
      {
        type: 'subscription.plan_change_failed',
        data: { user_id: customer.id, plan_code: 'pro', old_plan_code: 'basic', reason: 'card_declined' },
      },
    ]);
  });

  it('can be asked for by those alone who manage the group', async () => {
    const owner = await subscriber();
    const member = await world.customer();
    const members = [
      { user_external_id: owner.id, role: 'owner' },
      { user_external_id: member.id, role: 'member' },
    ];
    await done(world.shop.service('PUT', `groups/${owner.groupId}`, { name: owner.groupId, members }));
    const quote = await done(owner.preview('pro'));
    const body = { plan_id: world.plans.pro, group_id: owner.groupId };
    const asked = await member.call('POST', '/subscription/change-plan/preview', body);
    expect(asked.body.code).toBe('subscription_not_authorized');
    expect((await member.execute(quote.quote_id)).body.code).toBe('plan_quote_not_found');
    expect((await owner.execute(quote.quote_id)).status).toBe(200);
  });

  it('gives the same answer to the same key, and charges once', async () => {
    const customer = await subscriber();
    const quote = await done(customer.preview('pro'));
    const first = await customer.execute(quote.quote_id, 'the-click');
    const second = await customer.execute(quote.quote_id, 'the-click');
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.body).toEqual(first.body);
    expect(world.charges(customer)).toEqual([3_000, 5_000]);
  });
});

describe('a switch at once that was given up', () => {
  beforeAll(() => start('dodo'));
  afterAll(() => world.close());

  it('and came through after all is applied, and told again', async () => {
    const customer = await subscriber();
    const quote = await done(customer.preview('pro'));
    const interrupted = await InterruptedChange.begin(world, customer, quote.quote_id);
    await giveUp(customer, interrupted);
    await interrupted.callProvider();
    await world.settle();
    await eventually(async () => (await statusOf(customer)) === 'applied');
    expect((await toldOf(quote.quote_id)).map(({ type }) => type)).toEqual([
      'subscription.plan_change_failed',
      'subscription.plan_changed',
    ]);
    expect(await customer.entitledPlan()).toBe('pro');
    expect(world.charges(customer)).toEqual([3_000, 5_000]);
  });
});
