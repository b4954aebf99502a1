import { randomUUID } from 'node:crypto';
import { Stripe } from 'stripe';
import type { Movement } from '../../src/sandbox/ledger/ledger.js';
import { SessionSweep } from '../../src/upsell/jobs/session-sweep.js';
import type { Answer } from '../support/http.js';
import { submit } from './portal.js';
import { startWorld, type ShopWorld, type World, type WorldOptions } from './world.js';
import { stripeOf } from '../support/settings.js';

export const VISA = '4242424242424242';
const BROWSER_HEADERS = { 'accept-language': 'en' };

export type Body = Answer['body'];

export interface OfferOptions {
  readonly amount?: number;
  readonly currency?: string;
  readonly methods?: readonly ('card' | 'pix')[];
  /** Another offer's product. */
  readonly product?: string;
  readonly [field: string]: unknown;
}

/** A merchant with a catalogue, funnels, and the means of their own server. */
export class Shop<Around extends ShopWorld = World> {
  /** Uuids of offers, by code. */
  readonly offers: Record<string, string> = {};

  constructor(readonly world: Around) {}

  static async open(options: WorldOptions): Promise<Shop> {
    return new Shop(await startWorld(options));
  }

  get apiKey(): string {
    return this.world.application.config.auth.adminApiKey;
  }

  admin(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.world.application.call(method, `/api/v1/admin/${path}`, { apiKey: this.apiKey, body });
  }

  /** A refund of its own, unless the key says that it is one of before. */
  refund(itemId: string, body: object = {}, key: string = randomUUID()): Promise<Answer> {
    return this.world.application.call('POST', `/api/v1/admin/sale-items/${itemId}/refund`, {
      apiKey: this.apiKey,
      headers: { 'idempotency-key': key },
      body,
    });
  }

  service(method: string, path: string, body?: unknown, headers = {}): Promise<Answer> {
    return this.world.application.call(method, `/api/v1/service/${path}`, { apiKey: this.apiKey, body, headers });
  }

  /** A product of its own, sold once. */
  async offer(code: string, options: OfferOptions = {}): Promise<void> {
    const { amount = 1_900, currency = 'USD', methods = ['card'], product = code, ...more } = options;
    await done(
      this.admin('PUT', `products/${product}`, { name: `Product ${product}`, delivery: `By mail: ${product}` }),
    );
    const body = {
      product_code: product,
      name: `Offer ${code}`,
      currency,
      unit_amount: amount,
      allowed_methods: methods,
      ...more,
    };
    this.offers[code] = (await done(this.admin('PUT', `offers/${code}`, body))).id;
  }

  async planOffer(code: string, plan: string): Promise<void> {
    const body = { plan_code: plan, name: `Plan ${code}`, allowed_methods: ['card'] };
    this.offers[code] = (await done(this.admin('PUT', `offers/${code}`, body))).id;
  }

  /** @returns the funnel's id */
  async funnel(bought: string, steps: readonly object[]): Promise<string> {
    const draft = steps.map((step) => ({ texts: TEXTS, ...step }));
    const { id } = await done(this.admin('PUT', `funnels/offer/${bought}`, { steps: draft }));
    await done(this.admin('POST', `funnels/${id}/publish`, {}));
    return id;
  }

  /** Somebody with a customer at the provider. */
  async buyer(id: string, groups: readonly string[] = []): Promise<Buyer<Around>> {
    const customer = await this.world.stripe.customers.create({ email: `${id}@shop.test`, name: `Buyer ${id}` });
    const body = { name: `Buyer ${id}`, email: `${id}@shop.test`, payment_provider_customer_id: customer.id };
    await done(this.service('PUT', `users/${id}`, body));
    for (const group of groups) {
      const members = [{ user_external_id: id, role: 'owner' }];
      await done(this.service('PUT', `groups/${group}`, { name: group, members }));
    }
    return new Buyer(this, id, customer.id);
  }

  /** Rows of a query on our database. */
  rows<Row = Record<string, unknown>>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.world.application.database.query<Row>(sql, parameters);
  }

  /** Charges that took money, as the provider's ledger has them. */
  charges(customer?: string): readonly Movement[] {
    return this.world.sandbox
      .ledger()
      .filter(({ type, outcome }) => type === 'charge' && outcome === 'succeeded')
      .filter((movement) => customer === undefined || movement.customer === customer);
  }

  /** What banks do, outside of the provider's API. */
  async bank(path: string, body: object = {}): Promise<Body> {
    const response = await fetch(`${this.world.sandbox.url}/sandbox/stripe/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  }

  /** Types of the messages that were put out for the merchant about a sale, in their order. */
  async messages(): Promise<string[]> {
    const rows = await this.rows<{ type: string }>(
      'SELECT event_type AS type FROM merchant_webhook_deliveries ORDER BY id',
    );
    return rows.map(({ type }) => type);
  }

  /** Delivers an event, signed as the provider would. */
  async postEvent(payload: string): Promise<void> {
    const secret = stripeOf(this.world.application.config).webhookSecrets[0] ?? '';
    const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret });
    const headers = { 'stripe-signature': signature, 'content-type': 'application/json' };
    await done(this.world.application.call('POST', '/api/v1/admin/stripe/webhook', { body: payload, headers }));
  }

  /** What the cron job does every minute. */
  sweep(): Promise<void> {
    return this.world.application.app.get(SessionSweep, { strict: false }).run();
  }

  /** An endpoint for all messages; nobody listens. */
  async listen(): Promise<void> {
    await done(this.admin('POST', 'webhook-endpoints', { url: 'http://127.0.0.1:9/hook' }));
  }

  close(): Promise<void> {
    return this.world.close();
  }
}

const TEXTS = {
  vi: { headline: 'Thêm một món nữa?' },
  en: { headline: 'One more thing?', accept_label: 'Yes, add it', decline_label: 'No, thanks' },
};

export interface PurchaseOptions {
  readonly card?: string;
  readonly amount?: number;
  readonly currency?: string;
  /** Metadata of the session and of its payment instead of `offer_uuid`. */
  readonly metadata?: Record<string, string>;
  /** Sold at a price of the provider instead of one made up for this checkout. */
  readonly priceId?: string;
}

/** A payment at the merchant's own checkout. */
export interface Purchase {
  readonly checkoutId: string;
  readonly paymentId: string;
}

export class Buyer<Around extends ShopWorld = World> {
  constructor(
    readonly shop: Shop<Around>,
    readonly id: string,
    readonly customerId: string,
  ) {}

  /** Pays at the merchant's checkout; the card is saved there. */
  async buy(offer: string, options: PurchaseOptions = {}): Promise<Purchase> {
    const { stripe, settle } = this.shop.world;
    const metadata = options.metadata ?? { offer_uuid: this.shop.offers[offer] ?? '' };
    const session = await stripe.checkout.sessions.create({
      mode: 'payment',
      customer: this.customerId,
      line_items: [{ quantity: 1, ...toPrice(offer, options) }],
      success_url: 'https://shop.test/done',
      cancel_url: 'https://shop.test/cart',
      metadata,
      payment_intent_data: { setup_future_usage: 'off_session', metadata },
    });
    await submit(session.url ?? '', new URLSearchParams({ card: options.card ?? VISA, email: `${this.id}@shop.test` }));
    await settle();
    const { payment_intent } = await stripe.checkout.sessions.retrieve(session.id);
    return { checkoutId: session.id, paymentId: payment_intent as string };
  }

  claim({ paymentId }: { readonly paymentId: string }, more: object = {}): Promise<Answer> {
    return this.shop.service('POST', 'sales', { provider: 'stripe', payment_id: paymentId, user_id: this.id, ...more });
  }

  /** Buys, and comes to the upsell page. */
  async arrive(offer: string, options: PurchaseOptions = {}, more: object = {}): Promise<Visit> {
    const purchase = await this.buy(offer, options);
    const answer = await this.claim(purchase, more);
    if (answer.status !== 200) throw new Error(`claim: ${JSON.stringify(answer.body)}`);
    return Visit.follow(this.shop, answer.body);
  }
}

const toPrice = (name: string, { priceId, currency = 'USD', amount = 4_900 }: PurchaseOptions) =>
  priceId === undefined
    ? { price_data: { currency: currency.toLowerCase(), unit_amount: amount, product_data: { name } } }
    : { price: priceId };

/** The upsell page of one sale, as the browser uses it. */
export class Visit {
  private constructor(
    private readonly shop: Shop<ShopWorld>,
    readonly saleId: string,
    readonly offerUuid: string,
    readonly token: string,
  ) {}

  static follow(shop: Shop<ShopWorld>, claimed: Body): Visit {
    const url = new URL(claimed.upsell?.url ?? claimed.thank_you_url);
    return new Visit(shop, claimed.sale.id, url.searchParams.get('offer') ?? '', url.hash.replace('#token=', ''));
  }

  call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.shop.world.application.call(method, path, {
      token: this.token,
      body,
      headers: { ...BROWSER_HEADERS, ...headers },
    });
  }

  post(action: string, body: object, headers?: Record<string, string>): Promise<Answer> {
    return this.call('POST', `/upsell-native/${this.offerUuid}/${action}`, body, headers);
  }

  async view(): Promise<Body> {
    return done(this.call('GET', `/upsell-native/${this.offerUuid}`));
  }

  async thankYou(): Promise<Body> {
    return done(this.call('GET', `/thank-you/${this.offerUuid}`));
  }

  async see(): Promise<Answer> {
    return this.post('impression', { step: (await this.view()).step.id });
  }

  async decline(): Promise<Answer> {
    return this.post('decline', { step: (await this.view()).step.id });
  }

  /** The body that accepts an offer of the step that is shown, by its first method unless another is told. */
  async wish(changes: { readonly [field: string]: unknown } = {}, position = 0): Promise<Record<string, unknown>> {
    const { step } = await this.view();
    const offer = step.offers[position];
    const [first] = offer.methods;
    const method = first.kind === 'saved_card' ? { kind: 'saved_card', card_id: first.card_id } : first;
    return { step: step.id, offer_uuid: offer.offer_uuid, method, terms: offer.terms, ...changes };
  }

  async accept(changes: { readonly [field: string]: unknown } = {}, position = 0): Promise<Answer> {
    return this.post('payment', await this.wish(changes, position));
  }

  /** The sale as administrators see it. */
  async sale(): Promise<Body> {
    return done(this.shop.admin('GET', `sales/${this.saleId}`));
  }

  /** `kind status amount` of each item. */
  async items(): Promise<string[]> {
    const { items } = await this.sale();
    return items.map((item: Body) => `${item.kind} ${item.offer.code} ${item.status} ${item.amount}`);
  }

  /** What analytics counts, in the order in which it happened. */
  async events(): Promise<string[]> {
    const rows = await this.shop.rows<{ line: string }>(
      `SELECT concat_ws(' ', e.type, e.reason, e.amount) AS line FROM upsell_events e JOIN sales s ON s.id = e.sale_id
        WHERE s.uuid = $1 ORDER BY e.id`,
      [this.saleId],
    );
    return rows.map(({ line }) => line);
  }
}

export async function done(answering: Promise<Answer>): Promise<Body> {
  const answer = await answering;
  if (answer.status >= 300) throw new Error(`answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}
