import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Logger } from '@nestjs/common';
import type { Stripe } from 'stripe';
import { ProviderCallObserver } from '../../../src/billing-providers/provider-call-observer.js';
import { StripeBillingProvider } from '../../../src/billing-providers/stripe/stripe-billing-provider.js';
import { Clock } from '../../../src/common/clock/index.js';
import { Metrics } from '../../../src/common/observability/index.js';
import { Config } from '../../../src/config/index.js';
import { startSandbox, type RunningSandbox, type StripeSandboxOptions } from '../../../src/sandbox/index.js';
import { testEnvironment } from '../../support/environment.js';
import { stripeClient } from '../../support/stripe-client.js';
import { startRecorder, type Recorder } from './recorder.js';
import { stripeOf } from '../../support/settings.js';

export const START = new Date('2026-01-15T10:00:00Z');
export const HOUR = 3_600;
export const STAMP = { occurredAt: 1_793_491_205, covers: ['evt_known'] } as const;

export const configFor = (apiUrl: string, more: NodeJS.ProcessEnv = {}): Config =>
  Config.fromEnvironment({ ...testEnvironment('postgres://nobody@127.0.0.1:9/none'), STRIPE_API_URL: apiUrl, ...more });

export interface Delivered {
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
}

/** The application's time is Stripe's, give or take the time of a call. */
export class SandboxClock extends Clock {
  constructor(private readonly sandbox: RunningSandbox) {
    super();
  }

  now(): Date {
    return this.sandbox.now();
  }
}

/** The adapter, the sandbox, what goes between them, and a client of our own to look and to act as others do. */
export interface World {
  readonly provider: StripeBillingProvider;
  readonly metrics: Metrics;
  readonly sandbox: RunningSandbox;
  readonly recorder: Recorder;
  readonly stripe: Stripe;
  readonly prices: Readonly<Record<'free' | 'basic' | 'pro' | 'ultra' | 'proInEuro', string>>;
  /** Webhooks as they came. */
  readonly delivered: Delivered[];
  subscribe(options?: Stripe.SubscriptionCreateParams): Promise<Stripe.Subscription>;
  /** The subscription as the sandbox has it now, its schedule expanded. */
  read(subscriptionId: string): Promise<Stripe.Subscription & { schedule: Stripe.SubscriptionSchedule | null }>;
  close(): Promise<void>;
}

export async function startWorld(options: Partial<StripeSandboxOptions> = {}): Promise<World> {
  const receiver = await startReceiver();
  const keys = stripeOf(configFor('http://127.0.0.1:9'));
  const sandbox = await startSandbox({
    frozen: true,
    startAt: START,
    stripe: {
      secretKey: keys.secretKey,
      webhookSecret: keys.webhookSecrets[0] as string,
      webhookUrl: receiver.url,
      ...options,
    },
  });
  Logger.overrideLogger(['error', 'fatal']); // failed calls are what many tests are about
  const recorder = await startRecorder(sandbox.url);
  const stripe = stripeClient(sandbox.url, keys.secretKey);
  const metrics = new Metrics();
  const prices = await createPrices(stripe);
  return {
    provider: new StripeBillingProvider(
      stripeOf(configFor(recorder.url)),
      new ProviderCallObserver(metrics),
      new SandboxClock(sandbox),
    ),
    metrics,
    sandbox,
    recorder,
    stripe,
    prices,
    delivered: receiver.delivered,
    subscribe: async (more = {}) =>
      stripe.subscriptions.create({
        customer: await createCustomer(stripe),
        items: [{ price: prices.pro }],
        ...more,
      }),
    read: async (id) => (await stripe.subscriptions.retrieve(id, { expand: ['schedule'] })) as never,
    async close() {
      await recorder.close();
      await sandbox.close();
      await receiver.close();
    },
  };
}

async function createPrices(stripe: Stripe): Promise<World['prices']> {
  const price = async (name: string, amount: number, currency = 'usd') => {
    const product = await stripe.products.create({ name });
    const created = await stripe.prices.create({
      currency,
      unit_amount: amount,
      recurring: { interval: 'month' },
      product: product.id,
    });
    return created.id;
  };
  return {
    free: await price('Free', 0),
    basic: await price('Basic', 900),
    pro: await price('Pro', 3_000),
    ultra: await price('Ultra', 9_000),
    proInEuro: await price('Pro', 3_000, 'eur'),
  };
}

export async function createCustomer(stripe: Stripe, card = 'pm_card_visa'): Promise<string> {
  const customer = await stripe.customers.create({
    email: 'ada@example.com',
    payment_method: card,
    invoice_settings: { default_payment_method: card },
  });
  return customer.id;
}

async function startReceiver(): Promise<{ url: string; delivered: Delivered[]; close(): Promise<void> }> {
  const delivered: Delivered[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      delivered.push({ body: Buffer.concat(chunks), headers: request.headers });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    delivered,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export const periodEndOf = (subscription: Stripe.Subscription): number =>
  subscription.items.data[0]?.current_period_end ?? 0;

/** Only calls that change something. */
export const writesOf = (recorder: Recorder): string[] =>
  recorder
    .take()
    .map(({ line }) => line)
    .filter((line) => !line.startsWith('GET '));
