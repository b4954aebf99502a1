import { Shop, type Buyer } from '../../e2e/upsell-shop.js';
import type { Answer, Call } from '../../support/http.js';

const BACK = 'https://shop.test/account';

/** A customer in the merchant's own application, with a token of the storefront. */
export class Customer {
  private constructor(
    readonly buyer: Buyer,
    readonly token: string,
  ) {}

  static async of(shop: Shop, buyer: Buyer): Promise<Customer> {
    return new Customer(buyer, await shop.world.application.tokenFor(buyer.id));
  }

  /** Somebody whose card was saved when they bought something. */
  static async withCard(shop: Shop, id: string, groups: readonly string[] = []): Promise<Customer> {
    const buyer = await shop.buyer(id, groups);
    await buyer.shop.world.stripe.paymentMethods.attach('pm_card_visa', { customer: buyer.customerId });
    return Customer.of(shop, buyer);
  }

  get shop(): Shop {
    return this.buyer.shop;
  }

  call(method: string, path: string, body?: unknown, more: { via?: Call; headers?: Record<string, string> } = {}) {
    const { via = this.shop.world.application.call, headers } = more;
    return via(method, path, { token: this.token, body, headers: { 'accept-language': 'en', ...headers } });
  }

  /** Asks for an offer by its code. */
  cross(code: string, wish: object = {}, more: { via?: Call; headers?: Record<string, string> } = {}): Promise<Answer> {
    const body = { offer_id: this.shop.offers[code], return_url: BACK, cancel_url: BACK, ...wish };
    return this.call('POST', '/api/v1/general/cross-sell', body, more);
  }

  crossSell(id: string): Promise<Answer> {
    return this.call('GET', `/api/v1/general/cross-sell/${id}`);
  }

  /** The Dodo document's face. */
  face(method: string, action = '', body?: unknown, more: { via?: Call; headers?: Record<string, string> } = {}) {
    return this.call(method, `/api/upsell/${this.buyer.customerId}${action}`, body, more);
  }

  async eligibility(): Promise<Answer['body']> {
    return (await this.face('GET')).body;
  }

  accept(body?: unknown, more: { via?: Call; headers?: Record<string, string> } = {}): Promise<Answer> {
    return this.face('POST', '/accept', body, more);
  }

  /** Tells of a moment of theirs, as the merchant's server does. */
  moment(trigger: string, key: string, more: object = {}): Promise<Answer> {
    return this.shop.service('POST', 'upsell-triggers', { user_id: this.buyer.id, trigger, key, ...more });
  }

  /** Amounts that the provider has taken, in their order. */
  charges(): number[] {
    return this.shop.charges(this.buyer.customerId).map(({ amount }) => amount);
  }

  /** Codes of products that are theirs. */
  async products(): Promise<string[]> {
    const answer = await this.shop.service('GET', `entitlements/${this.buyer.id}`);
    const products = answer.body.products as readonly { readonly product_code: string; readonly status: string }[];
    return products.filter(({ status }) => status === 'granted').map(({ product_code }) => product_code);
  }

  /** `offer status` of each of their cross-sells. */
  async rows(): Promise<string[]> {
    const rows = await this.shop.rows<{ line: string }>(
      `SELECT o.code || ' ' || c.status AS line FROM cross_sells c JOIN offers o ON o.id = c.offer_id
         JOIN users u ON u.id = c.user_id WHERE u.external_id = $1 ORDER BY c.id`,
      [this.buyer.id],
    );
    return rows.map(({ line }) => line);
  }
}
