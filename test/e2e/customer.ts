import type Stripe from 'stripe';
import type { Answer } from '../support/http.js';
import { Portal, submit } from './portal.js';
import { RETURN_URL, type PlanCode, type World } from './world.js';

/** One history row as `plan status payment_status`, in the order in which plans begin to hold. */
export interface Rows {
  readonly subscription: {
    readonly status: string;
    readonly plan: string;
    readonly scheduled: string | null;
    readonly scheduled_at: string | null;
    readonly deadline: string;
    readonly canceled: boolean;
  };
  readonly history: readonly string[];
}

/** A customer of the storefront: owner of a group of their own. */
export class Customer {
  private token = '';

  private constructor(
    private readonly world: World,
    readonly id: string,
    readonly groupId: string,
  ) {}

  static async register(world: World, id: string, groupId = `group-of-${id}`): Promise<Customer> {
    const customer = new Customer(world, id, groupId);
    const service = { apiKey: world.application.config.auth.adminApiKey };
    const user = { name: `User ${id}`, email: `${id}@shop.test` };
    await expectDone(world.application.call('PUT', `/api/v1/service/users/${id}`, { ...service, body: user }));
    await putGroup(world, groupId, [{ user_external_id: id, role: 'owner' }]);
    customer.token = await world.application.tokenFor(id);
    return customer;
  }

  /** Makes another user a member of this customer's group. */
  async addMember(member: Customer, role: 'admin' | 'member' = 'member'): Promise<void> {
    const members = [
      { user_external_id: this.id, role: 'owner' },
      { user_external_id: member.id, role },
    ];
    await putGroup(this.world, this.groupId, members);
  }

  /** The same person as owner of one more group. */
  async addGroup(groupId: string): Promise<Customer> {
    await putGroup(this.world, groupId, [{ user_external_id: this.id, role: 'owner' }]);
    const same = new Customer(this.world, this.id, groupId);
    same.token = this.token;
    return same;
  }

  call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.world.application.call(method, `/api/v1/general${path}`, { token: this.token, body, headers });
  }

  /** Subscribes through the provider's hosted checkout page. */
  async subscribe(plan: PlanCode, card = '4242424242424242'): Promise<void> {
    const answer = await expectDone(
      this.call('POST', '/subscription/checkout', {
        group_id: this.groupId,
        plan_id: this.world.plans[plan].uuid,
        success_url: `${RETURN_URL}?checkout={CHECKOUT_SESSION_ID}`,
        cancel_url: RETURN_URL,
      }),
    );
    await submit(answer.body.url, new URLSearchParams({ card, email: `${this.id}@shop.test` }));
    await this.world.settle();
  }

  async openPortal(): Promise<string> {
    const answer = await expectDone(this.call('POST', '/subscription/billing-portal', { return_url: RETURN_URL }));
    return answer.body.url;
  }

  /** Does something on the billing portal's pages, and settles. */
  async inPortal(work: (portal: Portal) => Promise<void>): Promise<void> {
    await work(new Portal(await this.openPortal()));
    await this.world.settle();
  }

  schedule(plan: PlanCode): Promise<Answer> {
    return this.call('POST', '/subscription/change-plan', {
      plan_id: this.world.plans[plan].uuid,
      effective: 'renewal',
    });
  }

  /** Takes the pending change back. */
  async undo(): Promise<void> {
    await expectDone(this.call('DELETE', '/subscription/scheduled-change'));
  }

  /** Changes the price at the provider, behind our back, as a merchant's back office would. */
  async changePrice(plan: PlanCode, how: Stripe.SubscriptionUpdateParams): Promise<void> {
    const id = await this.subscriptionId();
    const { items } = await this.world.stripe.subscriptions.retrieve(id);
    const item = { id: items.data[0]?.id ?? '', price: this.world.plans[plan].priceId };
    await this.world.stripe.subscriptions.update(id, { ...how, items: [item] });
    await this.world.settle();
  }

  /** Makes a card of Stripe's published test numbers the one that renewals charge. */
  async useCard(token: string): Promise<void> {
    const { stripe } = this.world;
    const id = await this.subscriptionId();
    const { customer } = await stripe.subscriptions.retrieve(id);
    const method = await stripe.paymentMethods.attach(token, { customer: customer as string });
    await stripe.customers.update(customer as string, { invoice_settings: { default_payment_method: method.id } });
    await stripe.subscriptions.update(id, { default_payment_method: method.id });
    await this.world.settle();
  }

  /** Code of the plan that the storefront's server is told to give access to. */
  async entitledPlan(): Promise<string | undefined> {
    const apiKey = this.world.application.config.auth.adminApiKey;
    const { body } = await this.world.application.call('GET', `/api/v1/service/entitlements/${this.id}`, { apiKey });
    return body.entitlements[0]?.plan?.code;
  }

  /** What became of each request, oldest first. */
  async requestStatuses(): Promise<readonly string[]> {
    const rows = await this.world.application.database.query<{ status: string }>(
      `SELECT r.status FROM plan_change_requests r JOIN subscriptions s ON s.id = r.subscription_id
       JOIN groups g ON g.id = s.group_id WHERE g.external_id = $1 ORDER BY r.id`,
      [this.groupId],
    );
    return rows.map(({ status }) => status);
  }

  /** The provider's id of the group's newest subscription. */
  async subscriptionId(): Promise<string> {
    const [row] = await this.world.application.database.query<{ id: string }>(
      `SELECT payment_provider_subscription_id AS id FROM subscriptions s JOIN groups g ON g.id = s.group_id
       WHERE g.external_id = $1 ORDER BY s.id DESC LIMIT 1`,
      [this.groupId],
    );
    if (!row) throw new Error(`${this.groupId} has no subscription`);
    return row.id;
  }

  rows(): Promise<Rows> {
    return loadRows(this.world, this.groupId);
  }
}

/** The exact rows of a group's newest subscription, without ids and bookkeeping times. */
export async function loadRows(world: Pick<World, 'application'>, groupId: string): Promise<Rows> {
  const { database } = world.application;
  const [row] = await database.query<Rows['subscription'] & { id: string }>(
    `SELECT s.id, s.status, p.code AS plan, n.code AS scheduled, s.scheduled_plan_change_at::text AS scheduled_at,
            s.deadline_at::text AS deadline, s.canceled_at IS NOT NULL AS canceled
     FROM subscriptions s JOIN groups g ON g.id = s.group_id JOIN package_plans p ON p.id = s.package_plan_id
     LEFT JOIN package_plans n ON n.id = s.scheduled_plan_id
     WHERE g.external_id = $1 ORDER BY s.id DESC LIMIT 1`,
    [groupId],
  );
  if (!row) throw new Error(`${groupId} has no subscription`);
  const { id, ...subscription } = row;
  const history = await database.query<{ line: string }>(
    `SELECT concat_ws(' ', h.type, CASE WHEN o.code IS NOT NULL THEN o.code || '->' || p.code ELSE p.code END, h.status,
              h.payment_status) AS line
     FROM subscription_histories h JOIN package_plans p ON p.id = h.package_plan_id
     LEFT JOIN package_plans o ON o.id = h.old_plan_id
     WHERE h.subscription_id = $1 ORDER BY h.effective_at, h.position`,
    [id],
  );
  return { subscription, history: history.map(({ line }) => line) };
}

async function expectDone(answering: Promise<Answer>): Promise<Answer> {
  const answer = await answering;
  if (answer.status >= 300) throw new Error(`answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer;
}

async function putGroup(world: World, groupId: string, members: readonly object[]): Promise<void> {
  const apiKey = world.application.config.auth.adminApiKey;
  const body = { name: groupId, members };
  await expectDone(world.application.call('PUT', `/api/v1/service/groups/${groupId}`, { apiKey, body }));
}
