import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Stripe } from 'stripe';
import { startSandbox, type RunningSandbox, type SandboxOptions } from '../../../src/sandbox/index.js';
import { stripeClient } from '../../support/stripe-client.js';

export const SECRET_KEY = 'sk_test_sandbox_0123456789';
export const WEBHOOK_SECRET = 'whsec_sandbox_secret';
export const START = new Date('2026-01-15T10:00:00Z');
export const HOUR = 3600;
export const DAY = 24 * HOUR;

export interface Received {
  readonly event: Stripe.Event;
  readonly signature: string;
  readonly body: string;
}

/** A webhook receiver that verifies every delivery with the official client. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** The status of the next answers; 200 when empty. */
  readonly answers: number[];
  /** Types in the order of arrival since the last call. */
  takeTypes(): string[];
  close(): Promise<void>;
}

async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const answers: number[] = [];
  let taken = 0;
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const signature = String(request.headers['stripe-signature']);
      received.push({ event: Stripe.webhooks.constructEvent(body, signature, WEBHOOK_SECRET), signature, body });
      response.writeHead(answers.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/stripe`,
    received,
    answers,
    takeTypes() {
      const types = received.slice(taken).map(({ event }) => event.type);
      taken = received.length;
      return types;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export const clientOf = (url: string, key = SECRET_KEY): Stripe => stripeClient(url, key);

export interface World {
  readonly sandbox: RunningSandbox;
  readonly stripe: Stripe;
  readonly receiver: Receiver;
  close(): Promise<void>;
}

type Options = Partial<Omit<SandboxOptions, 'stripe'>> & { readonly stripe?: Partial<SandboxOptions['stripe']> };

export async function startWorld(options: Options = {}): Promise<World> {
  const receiver = await startReceiver();
  const sandbox = await startSandbox({
    frozen: true,
    startAt: START,
    delivery: { backoff: [10, 10, 10], timeoutMilliseconds: 2000 },
    ...options,
    stripe: { secretKey: SECRET_KEY, webhookSecret: WEBHOOK_SECRET, webhookUrl: receiver.url, ...options.stripe },
  }).catch(async (error: unknown) => {
    await receiver.close();
    throw error;
  });
  return {
    sandbox,
    stripe: clientOf(sandbox.url),
    receiver,
    async close() {
      await sandbox.close();
      await receiver.close();
    },
  };
}

export interface Catalogue {
  readonly free: Stripe.Price;
  readonly basic: Stripe.Price;
  readonly pro: Stripe.Price;
  readonly proYearly: Stripe.Price;
}

export async function createCatalogue(stripe: Stripe): Promise<Catalogue> {
  const price = async (name: string, amount: number, interval: 'month' | 'year', product?: string) =>
    stripe.prices.create({
      currency: 'usd',
      unit_amount: amount,
      nickname: name,
      recurring: { interval },
      product: product ?? (await stripe.products.create({ name })).id,
    });
  const pro = await price('Pro', 3000, 'month');
  return {
    free: await price('Free', 0, 'month'),
    basic: await price('Basic', 900, 'month'),
    pro,
    proYearly: await price('Pro yearly', 30_000, 'year', String(pro.product)),
  };
}

export const createCustomer = (stripe: Stripe, card = 'pm_card_visa'): Promise<Stripe.Customer> =>
  stripe.customers.create({
    email: 'ada@example.com',
    payment_method: card,
    invoice_settings: { default_payment_method: card },
  });

export async function subscribe(world: World, price: Stripe.Price, card?: string): Promise<Stripe.Subscription> {
  const customer = await createCustomer(world.stripe, card);
  const subscription = await world.stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
  await world.sandbox.idle();
  world.receiver.takeTypes();
  return subscription;
}

export const priceOf = (subscription: Stripe.Subscription): string => subscription.items.data[0]!.price.id;

/** The events of a type that arrived, oldest first. */
export const eventsOf = <Type extends Stripe.Event['type']>(
  receiver: Receiver,
  type: Type,
): Extract<Stripe.Event, { type: Type }>[] =>
  receiver.received.map(({ event }) => event).filter((event) => event.type === type) as never;

export const submit = (address: string, fields: Record<string, string> = {}): Promise<Response> =>
  fetch(address, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
