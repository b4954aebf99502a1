import type { Answer } from '../support/http.js';
import type { GoodsCode, MatrixWorld, PlanCode } from './matrix-world.js';
import { Portal, submit } from './portal.js';
import { done, Visit } from './upsell-shop.js';
import { RETURN_URL } from './world.js';

type Body = Answer['body'];

const GOOD_CARD = '4242424242424242';

/** A customer of the merchant, with what they can do: on the merchant's pages, on the provider's, and through the API. */
export class MatrixCustomer {
  /** What they are at the provider; empty until somebody has made them known there. */
  customerId = '';

  private constructor(
    private readonly world: MatrixWorld,
    readonly id: string,
    readonly groupId: string,
    private readonly token: string,
  ) {}

  static async register(world: MatrixWorld, id: string): Promise<MatrixCustomer> {
    const { shop, application } = world;
    await done(shop.service('PUT', `users/${id}`, { name: `Buyer ${id}`, email: `${id}@shop.test` }));
    const groupId = `group-of-${id}`;
    const members = [{ user_external_id: id, role: 'owner' }];
    await done(shop.service('PUT', `groups/${groupId}`, { name: groupId, members }));
    return new MatrixCustomer(world, id, groupId, await application.tokenFor(id));
  }

  call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.callPath(method, `/api/v1/general${path}`, body, headers);
  }

  /** Any path of the service, in the customer's name. */
  callPath(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const options = { token: this.token, body, headers: { 'accept-language': 'en', ...headers } };
    return this.world.application.call(method, path, options);
  }

  /** Buys at the merchant's own checkout, which saves the card. @returns the payment's id */
  async buy(goods: GoodsCode, card: string = GOOD_CARD): Promise<string> {
    const { side, prices, settle } = this.bound;
    await this.becomeKnown();
    const metadata = { offer_uuid: this.world.shop.offers[goods] ?? '' };
    const { checkoutId, url } = await side.openCheckout({
      customerId: this.customerId,
      priceId: prices[goods],
      metadata,
    });
    await this.pay(url, card);
    await settle();
    return side.paymentOf(checkoutId);
  }

  /** Buys, and comes to the upsell page. */
  async arrive(goods: GoodsCode, card?: string): Promise<Visit> {
    return Visit.follow(this.world.shop, await this.claim(await this.buy(goods, card)));
  }

  /** The merchant's server tells of what was bought. */
  claim(paymentId: string): Promise<Body> {
    const body = { provider: this.world.side.id, payment_id: paymentId, user_id: this.id, group_id: this.groupId };
    return done(this.world.shop.service('POST', 'sales', body));
  }

  /** On the provider's checkout page. A refused card stays on the page. */
  async pay(url: string, card: string = GOOD_CARD): Promise<void> {
    await submit(url, new URLSearchParams({ card, email: `${this.id}@shop.test` }));
  }

  startCheckout(plan: PlanCode): Promise<Answer> {
    return this.call('POST', '/subscription/checkout', {
      group_id: this.groupId,
      plan_id: this.world.plans[plan],
      provider: this.world.side.id,
      success_url: `${RETURN_URL}?back=yes`,
      cancel_url: RETURN_URL,
    });
  }

  /** Subscribes through the provider's hosted checkout page. */
  async subscribe(plan: PlanCode, card?: string): Promise<void> {
    const { url } = await done(this.startCheckout(plan));
    await this.pay(url, card);
    await this.world.settle();
    const [row] = await this.world.shop.rows<{ id: string }>(
      `SELECT c.provider_customer_id AS id FROM user_provider_customers c JOIN users u ON u.id = c.user_id
        WHERE u.external_id = $1 AND c.provider = $2`,
      [this.id, this.world.side.id],
    );
    this.customerId = row?.id ?? '';
  }

  subscription(): Promise<Body> {
    return done(this.call('GET', '/subscription'));
  }

  /** The provider's id of the group's newest subscription. */
  async subscriptionId(): Promise<string> {
    const [row] = await this.world.shop.rows<{ id: string }>(
      `SELECT payment_provider_subscription_id AS id FROM subscriptions s JOIN groups g ON g.id = s.group_id
       WHERE g.external_id = $1 ORDER BY s.id DESC LIMIT 1`,
      [this.groupId],
    );
    if (!row) throw new Error(`${this.groupId} has no subscription`);
    return row.id;
  }

  /** `type plan status payment` of each row of the history, oldest first. */
  async history(): Promise<readonly string[]> {
    const { history } = await this.subscription();
    return history.map((row: Body) =>
      [
        row.type,
        row.old_plan ? `${row.old_plan.code}->${row.plan.code}` : row.plan.code,
        row.status,
        row.payment_status,
      ]
        .filter(Boolean)
        .join(' '),
    );
  }

  /** The plan that the merchant's server is told to give access to. */
  async entitledPlan(): Promise<string | undefined> {
    const { entitlements } = await this.entitlements();
    return entitlements[0]?.plan?.code;
  }

  /** `product status` of what was bought once. */
  async products(): Promise<readonly string[]> {
    const { products } = await this.entitlements();
    return products.map((product: Body) => `${product.product_code} ${product.status}`).toSorted();
  }

  schedule(plan: PlanCode): Promise<Answer> {
    const body = { plan_id: this.world.plans[plan], effective: 'renewal', group_id: this.groupId };
    return this.call('POST', '/subscription/change-plan', body);
  }

  preview(plan: PlanCode, mode?: string): Promise<Answer> {
    const body = { plan_id: this.world.plans[plan], group_id: this.groupId, ...(mode ? { proration_mode: mode } : {}) };
    return this.call('POST', '/subscription/change-plan/preview', body);
  }

  execute(quoteId: string, key?: string): Promise<Answer> {
    const body = { quote_id: quoteId, when: 'now', group_id: this.groupId };
    return this.call('POST', '/subscription/change-plan', body, key ? { 'idempotency-key': key } : {});
  }

  /** Asks what the change costs, and makes it. */
  async change(plan: PlanCode, mode?: string): Promise<Answer> {
    const answer = await this.execute((await done(this.preview(plan, mode))).quote_id);
    await this.world.settle();
    return answer;
  }

  crossSell(goods: GoodsCode, more: object = {}, key?: string): Promise<Answer> {
    const body = {
      offer_id: this.world.shop.offers[goods],
      group_id: this.groupId,
      provider: this.world.side.id,
      return_url: `${RETURN_URL}?back=yes`,
      cancel_url: RETURN_URL,
      ...more,
    };
    return this.call('POST', '/cross-sell', body, key ? { 'idempotency-key': key } : {});
  }

  /** In the provider's own portal, as a browser would; afterwards everything is settled. */
  async inPortal(work: (portal: Portal) => Promise<void>): Promise<void> {
    const body = { return_url: RETURN_URL, group_id: this.groupId };
    const { url } = await done(this.call('POST', '/subscription/billing-portal', body));
    await work(new Portal(url));
    await this.world.settle();
  }

  /** Another card, which what is charged later is charged to. */
  enterCard(card: string): Promise<void> {
    return this.inPortal((portal) => portal.enterCard(card));
  }

  /** Another card, without a subscription: on the provider's page for saved cards. */
  async saveCard(card: string): Promise<void> {
    const body = { provider: this.world.side.id, return_url: RETURN_URL };
    const { url } = await done(this.call('POST', '/payment-methods/update-page', body));
    await new Portal(url).enterCard(card);
    await this.world.settle();
  }

  private get bound() {
    const { side, prices } = this.world;
    return { side, prices, settle: () => this.world.settle() };
  }

  /** The merchant's server links its user to the provider's customer. */
  async becomeKnown(): Promise<void> {
    if (this.customerId !== '') return;
    const { side, shop } = this.world;
    this.customerId = await side.createCustomer(this.id);
    const link = { payment_provider: side.id, payment_provider_customer_id: this.customerId };
    const body = { name: `Buyer ${this.id}`, email: `${this.id}@shop.test`, ...link };
    await done(shop.service('PUT', `users/${this.id}`, body));
  }

  private entitlements(): Promise<Body> {
    return done(this.world.shop.service('GET', `entitlements/${this.id}`));
  }
}

/** How a step is paid by a card that is saved, told by its number. */
export async function savedCard(visit: Visit, card: string): Promise<Body> {
  const { step } = await visit.view();
  const methods: readonly Body[] = step.offers[0].methods;
  const found = methods.find(({ last4 }) => last4 === card.slice(-4));
  if (!found) throw new Error(`there is no card ${card} among ${JSON.stringify(methods)}`);
  return { kind: 'saved_card', card_id: found.card_id };
}
