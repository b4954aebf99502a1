import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { closeSound } from '../support/invariants.js';
import { Customer } from './customer.js';
import { submit } from './portal.js';
import { RETURN_URL, startWorld, type PlanCode, type World } from './world.js';

let world: World;
let customer: Customer;
let customers = 0;

beforeAll(async () => {
  world = await startWorld({ name: 'errors' });
});
afterAll(() => closeSound(world));

beforeEach(async () => {
  world.sandbox.faults.clear();
  customer = await Customer.register(world, `caller-${++customers}`);
});

const openPortal = (caller: Customer, language: string, more = {}) =>
  caller.call(
    'POST',
    '/subscription/billing-portal',
    { return_url: RETURN_URL, ...more },
    { 'accept-language': language },
  );

describe("the document's three errors, in three languages", () => {
  it.each([
    ['vi', 'User không được ủy quyền quản lý subscription này.'],
    ['pt-BR', 'O usuário não está autorizado a gerenciar esta assinatura.'],
    ['en', 'The user is not authorised to manage this subscription.'],
  ])('403 for a member who is neither owner nor admin (%s)', async (language, message) => {
    await customer.subscribe('basic');
    const member = await Customer.register(world, `member-${customers}`);
    await customer.addMember(member);
    const answer = await openPortal(member, language);
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ code: 'subscription_not_authorized', message });
    expect((await member.call('GET', '/subscription')).body).toMatchObject({
      can_manage: false,
      plan: { code: 'basic' },
    });
  });

  it.each([
    ['vi', 'Không tìm thấy subscription đang hoạt động.'],
    ['pt-BR', 'Nenhuma assinatura ativa encontrada.'],
    ['en', 'No active subscription was found.'],
  ])('404 without a subscription (%s)', async (language, message) => {
    const answer = await openPortal(customer, language);
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ code: 'subscription_not_found', message });
  });

  it.each([
    ['vi', 'Tạo Stripe Billing Portal session thất bại.'],
    ['pt-BR', 'Falha ao criar a sessão do Stripe Billing Portal.'],
    ['en', 'Creating the Stripe Billing Portal session failed.'],
  ])('500 when the provider fails (%s)', async (language, message) => {
    await customer.subscribe('basic');
    world.sandbox.faults.api({
      method: 'POST',
      path: '/v1/billing_portal/sessions',
      kind: 'status',
      status: 500,
      times: 10,
    });
    const answer = await openPortal(customer, language);
    expect(answer.status).toBe(500);
    expect(answer.body).toMatchObject({ code: 'portal_session_failed', message });
  });
});

describe('other people', () => {
  it('have no access to a group that they name', async () => {
    await customer.subscribe('basic');
    const stranger = await Customer.register(world, `stranger-${customers}`);
    for (const [method, path, body] of [
      ['GET', `/subscription?group_id=${customer.groupId}`, undefined],
      ['POST', '/subscription/billing-portal', { return_url: RETURN_URL, group_id: customer.groupId }],
      [
        'POST',
        '/subscription/change-plan',
        { plan_id: world.plans.pro.uuid, effective: 'renewal', group_id: customer.groupId },
      ],
      ['DELETE', `/subscription/scheduled-change?group_id=${customer.groupId}`, undefined],
      ['POST', '/subscription/cancel', { group_id: customer.groupId }],
      ['POST', '/subscription/resume', { group_id: customer.groupId }],
    ] as const) {
      const answer = await stranger.call(method, path, body);
      expect([path, answer.status, answer.body.code]).toEqual([path, 403, 'subscription_not_authorized']);
    }
    expect((await customer.rows()).subscription).toMatchObject({ plan: 'basic', scheduled: null });
  });
});

describe('bad input', () => {
  it.each([
    'https://evil.test/account',
    'https://shop.test.evil.test/',
    'https://shop.test@evil.test/',
    'http://shop.test/account',
    'javascript:alert(1)',
    '//evil.test',
  ])('a return URL outside the allowed origins is refused: %s', async (url) => {
    await customer.subscribe('basic');
    const answer = await openPortal(customer, 'en', { return_url: url });
    expect([answer.status, answer.body.code]).toEqual([422, 'return_url_not_allowed']);
  });

  it('names every wrong field', async () => {
    const answer = await customer.call('POST', '/subscription/change-plan', {
      plan_id: 'x',
      effective: 'now',
      price: 1,
    });
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map(({ field }: { field: string }) => field).toSorted()).toEqual([
      'effective',
      'plan_id',
      'price',
    ]);
  });

  it('says what cannot be changed', async () => {
    await customer.subscribe('basic');
    expect((await customer.schedule('basic')).body.code).toBe('plan_unchanged');
    expect((await customer.call('DELETE', '/subscription/scheduled-change')).body.code).toBe('no_scheduled_change');
    const unknown = { plan_id: '00000000-0000-4000-8000-000000000000', effective: 'renewal' };
    expect((await customer.call('POST', '/subscription/change-plan', unknown)).body.code).toBe('plan_not_found');
    const again = { plan_id: world.plans.pro.uuid, success_url: RETURN_URL, cancel_url: RETURN_URL };
    expect((await customer.call('POST', '/subscription/checkout', again)).body.code).toBe(
      'subscription_already_active',
    );
  });
});

/** As in the provider's dashboard, to a price that nobody here has heard of. */
async function switchToUnknownPlan(id: string): Promise<{ priceId: string; customerId: string }> {
  const product = await world.stripe.products.create({ name: 'Team' });
  const price = await world.stripe.prices.create({
    product: product.id,
    currency: 'usd',
    unit_amount: 4900,
    recurring: { interval: 'month' },
  });
  const { items } = await world.stripe.subscriptions.retrieve(id);
  const { customer: customerId } = await world.stripe.subscriptions.update(id, {
    items: [{ id: items.data[0]?.id ?? '', price: price.id }],
    proration_behavior: 'none',
  });
  return { priceId: price.id, customerId: String(customerId) };
}

async function addPlan(code: string, priceId: string): Promise<void> {
  const price = { provider: 'stripe', provider_price_id: priceId, currency: 'USD', unit_amount: 4900 };
  await world.application.call('PUT', `/api/v1/admin/packages/suite/plans/${code}`, {
    apiKey: world.application.config.auth.adminApiKey,
    body: { name: code, is_offered: true, prices: [{ ...price, billing_interval: 'month', interval_count: 1 }] },
  });
}

describe('an unknown price', () => {
  it('leaves the event failed with a text for an operator, and is applied by itself once the plan is there', async () => {
    await customer.subscribe('basic');
    const { database } = world.application;
    const id = await customer.subscriptionId();
    const { priceId } = await switchToUnknownPlan(id);
    await world.settle();
    const failed = () =>
      database.query<{ error: string }>("SELECT error FROM stripe_webhook_events WHERE status = 'failed'");
    expect((await failed())[0]?.error).toContain(`Price ${priceId} of subscription ${id} belongs to no plan`);
    expect((await customer.rows()).subscription.plan).toBe('basic');

    await addPlan('team', priceId);
    await eventually(async () => (await customer.rows()).subscription.plan === 'team');
    expect(await failed()).toEqual([]);
    expect((await customer.rows()).history).toEqual(['new basic active paid', 'change basic->team active N/A']);
  });
});

describe('a reading of a subscription whose price is unknown', () => {
  const readings = (condition: string) =>
    world.application.database.query<{ key: string; attempts: number; in_hours: number }>(
      `SELECT key, attempts, round(extract(epoch FROM run_at - now()) / 3600)::int AS in_hours FROM graphile_worker.jobs
        WHERE task_identifier = 'subscription.read-from-provider' AND ${condition}`,
    );

  it('waits for the plan instead of being tried again and again, and is done once it is there', async () => {
    await customer.subscribe('basic');
    const { database } = world.application;
    const subscriptionId = await customer.subscriptionId();
    const { priceId, customerId } = await switchToUnknownPlan(subscriptionId);
    await world.settle();
    await database.query("DELETE FROM webhook_events WHERE status = 'failed'"); // as if its event had never come
    const payload = { provider: 'stripe', subscriptionId, customerId, isNeeded: true, why: 'test' };
    await database.query("SELECT graphile_worker.add_job('subscription.read-from-provider', $1::json)", [
      JSON.stringify(payload),
    ]);
    const waiting = `key LIKE '%:waiting:%'`;
    await eventually(async () => (await readings(waiting)).length > 0);
    const key = `subscription.read-from-provider:waiting:price:stripe:${priceId}:${subscriptionId}`;
    expect(await readings(waiting)).toEqual([{ key, attempts: 0, in_hours: 24 }]);

    await addPlan('agency', priceId);
    await eventually(async () => (await customer.rows()).subscription.plan === 'agency');
    await eventually(async () => (await readings(waiting)).length === 0);
    expect(await readings('last_error IS NOT NULL')).toEqual([]);
  });
});

describe('starting a subscription', () => {
  const checkout = (plan: PlanCode) =>
    customer.call('POST', '/subscription/checkout', {
      plan_id: world.plans[plan].uuid,
      success_url: `${RETURN_URL}/{CHECKOUT_SESSION_ID}`,
      cancel_url: RETURN_URL,
    });
  const findProviderCustomer = async (): Promise<string> => {
    const [row] = await world.application.database.query<{ customer: string }>(
      'SELECT payment_provider_customer_id AS customer FROM users WHERE external_id = $1',
      [customer.id],
    );
    return row?.customer ?? '';
  };
  const pay = (url: string) => submit(url, new URLSearchParams({ card: '4242424242424242', email: 'a@shop.test' }));

  it('is paid once: a page for another plan closes the one before', async () => {
    const first = await checkout('basic');
    const second = await checkout('pro');
    await expect(pay(first.body.url)).rejects.toThrow('answered 410');
    await pay(second.body.url);
    await world.settle();
    expect((await customer.rows()).history).toEqual(['new pro active paid']);
  });

  it('gives the same page to a double click, and a new one after that one was closed', async () => {
    await Promise.all([checkout('basic'), checkout('basic')]);
    const id = await findProviderCustomer();
    const [page, ...others] = (await world.stripe.checkout.sessions.list({ customer: id, status: 'open' })).data;
    expect([(await checkout('basic')).body.url, others]).toEqual([page?.url, []]);
    await checkout('pro');
    const again = await checkout('basic');
    expect(again.body.url).not.toBe(page?.url);
    await pay(again.body.url);
    await world.settle();
    expect((await customer.rows()).history).toEqual(['new basic active paid']);
  });
});

describe('a request to the provider', () => {
  const schedules = async (): Promise<number> => {
    const { customer: id } = await world.stripe.subscriptions.retrieve(await customer.subscriptionId());
    return (await world.stripe.subscriptionSchedules.list({ customer: id as string })).data.length;
  };

  it('is made once, however many clicks', async () => {
    await customer.subscribe('basic');
    const answers = await Promise.all(Array.from({ length: 20 }, () => customer.schedule('pro')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202, 409]));
    expect(new Set(answers.filter(({ status }) => status === 409).map(({ body }) => body.code))).toEqual(
      new Set(['plan_change_in_progress']),
    );
    await world.settle();
    expect(await schedules()).toBe(1);
    expect((await customer.rows()).history).toEqual(['new basic active paid', 'change basic->pro pending pending']);
  });

  it('fails clearly, and changes nothing, when the provider refuses for a moment', async () => {
    await customer.subscribe('basic');
    world.sandbox.faults.api({
      method: 'POST',
      path: '/v1/subscription_schedules',
      kind: 'status',
      status: 429,
      times: 10,
    });
    const answer = await customer.schedule('pro');
    expect([answer.status, answer.body.code]).toEqual([502, 'provider_unavailable']);
    world.sandbox.faults.clear();
    expect((await customer.schedule('pro')).status).toBe(202);
    expect(await customer.requestStatuses()).toEqual(['failed', 'scheduled']);
  });

  it('whose answer is lost is resolved in the background, once', async () => {
    await customer.subscribe('basic');
    world.sandbox.faults.api({
      method: 'POST',
      path: '/v1/subscription_schedules',
      kind: 'loseResponse',
    });
    world.sandbox.faults.api({ method: 'POST', path: '/v1/*', kind: 'dropRequest', times: Infinity });
    const answer = await customer.schedule('pro');
    expect(answer.status).toBe(202);
    expect(answer.body.latest_request.status).toBe('unknown');
    expect((await customer.schedule('enterprise')).body.code).toBe('plan_change_in_progress');
    world.sandbox.faults.clear();
    await world.application.database.query(
      `SELECT graphile_worker.reschedule_jobs(array(
         SELECT id FROM graphile_worker.jobs WHERE task_identifier = 'subscription.resume-request'), run_at := now())`,
    );
    await eventually(async () => (await customer.requestStatuses())[0] === 'scheduled');
    await world.settle();
    // The request is settled a moment before the subscription is read back.
    await eventually(async () => (await customer.rows()).subscription.scheduled === 'pro');
    expect(await schedules()).toBe(1);
    expect((await customer.rows()).history).toEqual(['new basic active paid', 'change basic->pro pending pending']);
  });
});
