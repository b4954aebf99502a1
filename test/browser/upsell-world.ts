import type { Stripe } from 'stripe';
import { Clock } from '../../src/common/clock/index.js';
import { addDemoData } from '../../src/local/demo-data/index.js';
import { findFreePort } from '../../src/local/database/free-port.js';
import { startSandbox, type RunningSandbox } from '../../src/sandbox/index.js';
import { startApplication, type StartedApplication } from '../support/application.js';
import { connectBoth, DODO_SECRETS, environmentOfBoth, sandboxOfBoth } from '../support/both-providers.js';
import { testEnvironment } from '../support/environment.js';
import { eventually } from '../support/eventually.js';
import { stripeClient } from '../support/stripe-client.js';
import type { UpsellVisit } from './upsell-visit.js';

const SECRETS = testEnvironment('postgres://unused');
const secret = (variable: string): string => SECRETS[variable] ?? '';

export interface Order {
  /** A card of Stripe's test list, or `pix`. */
  readonly method: string;
  /** Code of an offer that the shop sells. */
  readonly offer?: string;
  readonly language?: string;
  /** A customer who has bought before, by the provider's id. */
  readonly customer?: string;
  /** Another card that the customer has saved before. */
  readonly otherCard?: string;
}

/** The application, the sandbox as its provider, and a merchant who sells by a checkout of their own. */
export class UpsellWorld {
  /** Users by the provider's customer. */
  private readonly users = new Map<string, string>();

  private constructor(
    readonly sandbox: RunningSandbox,
    readonly application: StartedApplication,
    private readonly stripe: Stripe,
  ) {}

  static async start(name: string): Promise<UpsellWorld> {
    const port = await findFreePort(); // the pages' own address must be known before they are served
    const sandbox = await startSandbox({
      startAt: new Date('2026-11-20T10:00:00Z'),
      delivery: { backoff: [20, 50, 100, 200, 400], timeoutMilliseconds: 5_000 },
      ...sandboxOfBoth(),
    });
    const application = await startApplication({
      name,
      environment: {
        PORT: String(port),
        APP_URL: `http://127.0.0.1:${port}`,
        ...environmentOfBoth(sandbox.url),
        CLOCK_URL: `${sandbox.url}/sandbox/clock`,
      },
    });
    connectBoth(sandbox, application.url);
    await addDemoData({
      upliftUrl: application.url,
      sandboxUrl: sandbox.url,
      adminApiKey: secret('ADMIN_API_KEY'),
      stripeSecretKey: secret('STRIPE_SECRET_KEY'),
      dodoApiKey: DODO_SECRETS.DODO_PAYMENTS_API_KEY,
    });
    return new UpsellWorld(sandbox, application, stripeClient(sandbox.url, secret('STRIPE_SECRET_KEY')));
  }

  get url(): string {
    return this.application.url;
  }

  /** Somebody buys on the merchant's checkout, and the merchant's server leads them into the upsells. */
  async sell(
    visit: UpsellVisit,
    { method, offer = 'starter-kit-usd', language = 'en', otherCard, customer: known }: Order,
  ): Promise<string> {
    const customer = known ?? (await this.createCustomer());
    if (otherCard) await this.saveCard(customer, otherCard);
    const checkout = await this.createCheckout(customer, offer);
    await visit.page.goto(checkout.url ?? '');
    await visit.page.locator(`input[name="card"][value="${method}"]`).check();
    await visit.page.getByRole('button', { name: 'Pay' }).click();
    await passBank(visit);
    const claim = {
      provider: 'stripe',
      checkout_id: checkout.id,
      user_id: this.users.get(customer),
      language,
      return_url: 'https://shop.test/orders/7',
    };
    const { upsell, thank_you_url: thankYou } = await this.admin('POST', '/api/v1/service/sales', claim);
    await visit.page.goto(upsell?.url ?? thankYou);
    return customer;
  }

  /** What was charged to a customer, in the order of time, in minor units. */
  chargesOf(customer: string): readonly number[] {
    return this.sandbox
      .ledger()
      .filter((movement) => movement.customer === customer && movement.type === 'charge')
      .filter(({ outcome }) => outcome === 'succeeded')
      .map(({ amount }) => amount);
  }

  /** The bank pays the customer's newest open Pix. */
  async payPix(customer: string): Promise<void> {
    const { data } = await this.stripe.paymentIntents.list({ customer });
    const open = data.find(({ status }) => status === 'requires_action');
    const answer = await fetch(`${this.sandbox.url}/sandbox/stripe/pix/${open?.id}/pay`, { method: 'POST' });
    if (!answer.ok) throw new Error(`Pix was not paid: ${await answer.text()}`);
  }

  /** Moves the time, and waits until the application has seen it. */
  async advance(seconds: number): Promise<void> {
    await this.sandbox.advance({ seconds });
    const now = this.sandbox.now();
    await eventually(() => this.application.app.get(Clock).now() >= now);
  }

  /** Kills or revives everything that is offered. */
  async kill(isKilled: boolean): Promise<void> {
    await this.admin('PUT', '/api/v1/admin/upsell-switch', { is_killed: isKilled });
  }

  async close(): Promise<void> {
    await this.application.close();
    await this.sandbox.close();
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- bodies of every shape
  private async admin(method: string, path: string, body?: unknown): Promise<any> {
    const answer = await this.application.call(method, path, { apiKey: secret('ADMIN_API_KEY'), body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  private async createCustomer(): Promise<string> {
    const user = `buyer-${this.users.size + 1}`;
    const email = `${user}@example.com`;
    const { id } = await this.stripe.customers.create({ email, name: 'Bruna Buyer' });
    this.users.set(id, user);
    const fields = { name: 'Bruna Buyer', email, payment_provider_customer_id: id };
    await this.admin('PUT', `/api/v1/service/users/${user}`, fields);
    const members = [{ user_external_id: user, role: 'owner' }];
    await this.admin('PUT', `/api/v1/service/groups/${user}`, { name: user, members });
    return id;
  }

  private async saveCard(customer: string, number: string): Promise<void> {
    const expiry = { exp_month: 12, exp_year: 2034, cvc: '314' };
    const card = await this.stripe.paymentMethods.create({ type: 'card', card: { number, ...expiry } });
    await this.stripe.paymentMethods.attach(card.id, { customer });
  }

  private async createCheckout(customer: string, offerCode: string): Promise<Stripe.Checkout.Session> {
    const offers = await this.admin('GET', '/api/v1/admin/offers');
    const offer = offers.find(({ code }: { code: string }) => code === offerCode);
    const { data } = await this.stripe.prices.list({ lookup_keys: [offerCode] });
    const address = `${this.sandbox.url}/bought`;
    return this.stripe.checkout.sessions.create({
      mode: 'payment',
      customer,
      line_items: [{ price: data[0]?.id ?? '', quantity: 1 }],
      metadata: { offer_uuid: offer.id },
      allowed_payment_method_types: offer.allowed_methods,
      payment_method_options: { card: { setup_future_usage: 'off_session' } },
      success_url: address,
      cancel_url: address,
    });
  }
}

/** Whatever the bank or the banking app asks for, until the customer is back at the merchant's. */
export async function passBank({ page }: UpsellVisit): Promise<void> {
  for (let pages = 0; pages < 3; pages++) {
    await page.waitForURL(({ pathname }) => !pathname.startsWith('/c/pay/'));
    const { pathname } = new URL(page.url());
    if (pathname.startsWith('/3ds/')) await page.getByRole('button', { name: 'Yes, it is me' }).click();
    else if (pathname.startsWith('/pix/')) await page.getByRole('button', { name: 'Pay as the banking app' }).click();
    else return;
  }
}
