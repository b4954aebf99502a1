import type { DodoPayments } from 'dodopayments';
import type { Stripe } from 'stripe';
import type { RunningSandbox } from '../../src/sandbox/index.js';
import { DODO_SECRETS } from '../support/both-providers.js';
import { dodoClient } from '../support/dodo-client.js';
import { testEnvironment } from '../support/environment.js';
import { stripeClient } from '../support/stripe-client.js';

export const PROVIDERS = ['stripe', 'dodo'] as const;
export type ProviderId = (typeof PROVIDERS)[number];

export type Currency = 'USD' | 'BRL';

/** What the merchant's back office asks the provider to put on sale. */
export interface Goods {
  readonly code: string;
  /** Minor units of the currency. */
  readonly amount: number;
  readonly currency: Currency;
  /** A plan, billed every month. */
  readonly isPlan?: boolean;
}

export interface MerchantOrder {
  readonly customerId: string;
  readonly priceId: string;
  readonly metadata: Record<string, string>;
}

/** Calls that move money, as the sandbox's faults name them. */
export interface MoneyCalls {
  readonly oneClick: string;
  readonly checkout: string;
  readonly changePlan: string;
  readonly startPlan: string;
  readonly refund: string;
  /** Moves no money, but must not be made twice either. */
  readonly scheduleChange: string;
}

/**
 * What a test cannot do through Uplift, because in real life somebody else does it: the merchant's back office, the
 * merchant's own checkout, and the provider's hosted pages. Everything else of a test is the same for every provider.
 */
export interface ProviderSide {
  readonly id: ProviderId;
  readonly calls: MoneyCalls;
  /** @returns what `provider_price_id` of the catalogue is */
  sell(goods: Goods): Promise<string>;
  createCustomer(id: string): Promise<string>;
  openCheckout(order: MerchantOrder): Promise<{ readonly checkoutId: string; readonly url: string }>;
  paymentOf(checkoutId: string): Promise<string>;
  /** At the provider itself, ended ones left out. */
  countSubscriptions(customerId: string): Promise<number>;
  /** What the subscription is billed at now, and when it is billed next. */
  readSubscription(id: string): Promise<{ readonly priceId: string; readonly renewsAt: Date }>;
}

const MONTHLY = { interval: 'month' } as const;

class StripeSide implements ProviderSide {
  readonly id = 'stripe';
  readonly calls = {
    oneClick: '/v1/payment_intents',
    checkout: '/v1/checkout/sessions',
    changePlan: '/v1/subscriptions/*',
    startPlan: '/v1/subscriptions',
    refund: '/v1/refunds',
    scheduleChange: '/v1/subscription_schedules*',
  };

  constructor(private readonly stripe: Stripe) {}

  async sell({ code, amount, currency, isPlan }: Goods): Promise<string> {
    const product = await this.stripe.products.create({ name: code });
    const recurring = isPlan ? { recurring: MONTHLY } : {};
    const price = { product: product.id, currency: currency.toLowerCase(), unit_amount: amount, ...recurring };
    return (await this.stripe.prices.create(price)).id;
  }

  async createCustomer(id: string): Promise<string> {
    return (await this.stripe.customers.create({ email: `${id}@shop.test`, name: `Buyer ${id}` })).id;
  }

  async openCheckout({ customerId, priceId, metadata }: MerchantOrder) {
    const session = await this.stripe.checkout.sessions.create({
      mode: 'payment',
      customer: customerId,
      line_items: [{ quantity: 1, price: priceId }],
      success_url: 'https://shop.test/done',
      cancel_url: 'https://shop.test/cart',
      metadata,
      payment_intent_data: { setup_future_usage: 'off_session', metadata },
    });
    return { checkoutId: session.id, url: session.url ?? '' };
  }

  async paymentOf(checkoutId: string): Promise<string> {
    const { payment_intent: paymentId } = await this.stripe.checkout.sessions.retrieve(checkoutId);
    return paymentId as string;
  }

  async countSubscriptions(customer: string): Promise<number> {
    return (await this.stripe.subscriptions.list({ customer })).data.length;
  }

  async readSubscription(id: string) {
    const { items } = await this.stripe.subscriptions.retrieve(id);
    const [item] = items.data;
    if (!item) throw new Error(`${id} has no item`);
    return { priceId: item.price.id, renewsAt: new Date(item.current_period_end * 1_000) };
  }
}

class DodoSide implements ProviderSide {
  readonly id = 'dodo';
  readonly calls = {
    oneClick: '/dodo/checkouts',
    checkout: '/dodo/checkouts',
    changePlan: '/dodo/subscriptions/*/change-plan',
    startPlan: '/dodo/checkouts',
    refund: '/dodo/refunds',
    scheduleChange: '/dodo/subscriptions/*/change-plan',
  };

  constructor(private readonly dodo: DodoPayments) {}

  async sell({ code, amount, currency, isPlan }: Goods): Promise<string> {
    const shared = { currency, price: amount, discount: 0, purchasing_power_parity: false } as const;
    const product = await this.dodo.products.create({
      name: code,
      tax_category: 'saas',
      price: isPlan
        ? {
            type: 'recurring_price',
            ...shared,
            payment_frequency_count: 1,
            payment_frequency_interval: 'Month',
            subscription_period_count: 20,
            subscription_period_interval: 'Year',
          }
        : { type: 'one_time_price', ...shared },
    });
    return product.product_id;
  }

  async createCustomer(id: string): Promise<string> {
    return (await this.dodo.customers.create({ email: `${id}@shop.test`, name: `Buyer ${id}` })).customer_id;
  }

  async openCheckout({ customerId, priceId, metadata }: MerchantOrder) {
    const session = await this.dodo.checkoutSessions.create({
      product_cart: [{ product_id: priceId, quantity: 1 }],
      customer: { customer_id: customerId },
      return_url: 'https://shop.test/done',
      cancel_url: 'https://shop.test/cart',
      metadata,
    });
    return { checkoutId: session.session_id, url: session.checkout_url ?? '' };
  }

  async paymentOf(checkoutId: string): Promise<string> {
    return (await this.dodo.checkoutSessions.retrieve(checkoutId)).payment_id ?? '';
  }

  async countSubscriptions(customerId: string): Promise<number> {
    const { items } = await this.dodo.subscriptions.list({ customer_id: customerId, page_number: 0, page_size: 100 });
    return items.filter(({ status }) => status === 'active').length;
  }

  async readSubscription(id: string) {
    const { product_id: priceId, next_billing_date: at } = await this.dodo.subscriptions.retrieve(id);
    return { priceId, renewsAt: new Date(at) };
  }
}

export function sideOf(id: ProviderId, sandbox: Pick<RunningSandbox, 'url'>): ProviderSide {
  switch (id) {
    case 'stripe':
      return new StripeSide(stripeClient(sandbox.url, testEnvironment('').STRIPE_SECRET_KEY ?? ''));
    case 'dodo':
      return new DodoSide(dodoClient(sandbox, DODO_SECRETS.DODO_PAYMENTS_API_KEY));
    default:
      return id satisfies never;
  }
}
