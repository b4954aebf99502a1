import { Logger } from '@nestjs/common';
import type { DodoPayments } from 'dodopayments';
import { DodoBillingProvider } from '../../../src/billing-providers/dodo/dodo-billing-provider.js';
import { ProviderCallObserver } from '../../../src/billing-providers/provider-call-observer.js';
import { Metrics } from '../../../src/common/observability/index.js';
import { startSandbox, type RunningSandbox } from '../../../src/sandbox/index.js';
import { dodoClient } from '../../support/dodo-client.js';
import { startRecorder, type Recorder } from './recorder.js';
import { SandboxClock, START } from './support.js';

const API_KEY = 'dodo_test_key_of_the_plans';
const WEBHOOK_SECRET = `whsec_${Buffer.from('a secret for the plans of a test').toString('base64')}`;
/** Of Dodo's test list; the second is saved, and declined when its owner is not there. */
export const CARDS = {
  good: '4242424242424242',
  declinedLater: '4000000000000341',
  slow: '4000000000000077',
  mastercard: '5555555555554444',
} as const;
export const GROUP = { group_id: 'team-7', user_id: 'user-1' };

/** The adapter, Dodo's side of the sandbox, what goes between them, and a client to look and to act as others do. */
export interface PlansWorld {
  readonly provider: DodoBillingProvider;
  readonly sandbox: RunningSandbox;
  readonly recorder: Recorder;
  readonly dodo: DodoPayments;
  /** Monthly products in USD: 0, 20, 30 and 80 dollars; the last one once, not by the month. */
  readonly products: Readonly<Record<'free' | 'starter' | 'basic' | 'pro' | 'book', string>>;
  createCustomer(): Promise<string>;
  /** Bought on Dodo's page, with the card saved. */
  subscribe(more?: {
    readonly product?: string;
    readonly card?: string;
    readonly customer?: string;
    readonly quantity?: number;
    readonly addons?: DodoPayments.AttachAddon[];
    readonly metadata?: Record<string, string>;
  }): Promise<DodoPayments.Subscription>;
  read(subscriptionId: string): Promise<DodoPayments.Subscription>;
  seconds(): number;
  /** Charges that went through, oldest first. */
  charges(): { readonly amount: number; readonly attempt: string | null | undefined }[];
  close(): Promise<void>;
}

export async function startPlansWorld(): Promise<PlansWorld> {
  const sandbox = await startSandbox({
    frozen: true,
    startAt: START,
    dodo: { apiKey: API_KEY, webhookSecret: WEBHOOK_SECRET },
  });
  Logger.overrideLogger(['error', 'fatal']); // failed calls are what many tests are about
  const recorder = await startRecorder(sandbox.url);
  const dodo = dodoClient(sandbox, API_KEY);
  const settings = {
    apiKey: API_KEY,
    webhookSecrets: [WEBHOOK_SECRET],
    baseUrl: `${recorder.url}/dodo`,
    environment: 'test_mode',
    livemode: false,
  } as const;
  const observer = new ProviderCallObserver(new Metrics());
  const world: Omit<PlansWorld, 'subscribe'> = {
    provider: new DodoBillingProvider(settings, observer, new SandboxClock(sandbox)),
    sandbox,
    recorder,
    dodo,
    products: await createProducts(dodo),
    createCustomer: async () =>
      (await dodo.customers.create({ email: 'ada@example.com', name: 'Ada Lovelace' })).customer_id,
    read: (id) => dodo.subscriptions.retrieve(id),
    seconds: () => Math.floor(sandbox.now().getTime() / 1_000),
    charges: () =>
      sandbox
        .ledger()
        .filter(({ type, outcome }) => type === 'charge' && outcome === 'succeeded')
        .map(({ amount, attempt }) => ({ amount, attempt })),
    async close() {
      await recorder.close();
      await sandbox.close();
    },
  };
  return { ...world, subscribe: (more = {}) => subscribe(world, more) };
}

async function createProducts(dodo: DodoPayments): Promise<PlansWorld['products']> {
  const common = { currency: 'USD', discount: 0, purchasing_power_parity: false } as const;
  const monthly = async (name: string, price: number) => {
    const product = await dodo.products.create({
      name,
      tax_category: 'saas',
      price: {
        ...common,
        type: 'recurring_price',
        price,
        payment_frequency_count: 1,
        payment_frequency_interval: 'Month',
        subscription_period_count: 10,
        subscription_period_interval: 'Year',
      },
    });
    return product.product_id;
  };
  const book = await dodo.products.create({
    name: 'Book',
    tax_category: 'e_book',
    price: { ...common, type: 'one_time_price', price: 1_500 },
  });
  return {
    free: await monthly('Free', 0),
    starter: await monthly('Starter', 2_000),
    basic: await monthly('Basic', 3_000),
    pro: await monthly('Pro', 8_000),
    book: book.product_id,
  };
}

async function subscribe(
  world: Omit<PlansWorld, 'subscribe'>,
  { product, card, customer, quantity, addons, metadata }: NonNullable<Parameters<PlansWorld['subscribe']>[0]>,
): Promise<DodoPayments.Subscription> {
  const { dodo, products } = world;
  const session = await dodo.checkoutSessions.create({
    product_cart: [{ product_id: product ?? products.basic, quantity: quantity ?? 1, ...(addons ? { addons } : {}) }],
    customer: { customer_id: customer ?? (await world.createCustomer()) },
    metadata: metadata ?? GROUP,
  });
  await payOnPage(session.checkout_url ?? '', card);
  const { payment_id: paymentId } = await dodo.checkoutSessions.retrieve(session.session_id);
  const { subscription_id: id } = await dodo.payments.retrieve(paymentId ?? '');
  return dodo.subscriptions.retrieve(id ?? '');
}

/** As a customer does on Dodo's page. */
export async function payOnPage(url: string, card: string = CARDS.good): Promise<void> {
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams({ card }), redirect: 'manual' });
  if (answer.status >= 400 && answer.status !== 402) throw new Error(`the page answered ${answer.status}`);
}

/** What went over the wire since the last time: writes alone, without the address of the API. */
export const writesOf = ({ recorder }: PlansWorld): string[] =>
  recorder
    .take()
    .map(({ line }) => line.replace(' /dodo', ' '))
    .filter((line) => !line.startsWith('GET ') && !line.endsWith('/preview'));
