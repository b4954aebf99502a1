import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DodoPayments } from 'dodopayments';
import { Webhook } from 'standardwebhooks';
import { startSandbox, type RunningSandbox, type SandboxOptions } from '../../../src/sandbox/index.js';
import { dodoClient } from '../../support/dodo-client.js';

export const API_KEY = 'dodo_test_sandbox_0123456789';
export const WEBHOOK_SECRET = `whsec_${Buffer.from('the secret of the sandbox').toString('base64')}`;
export const START = new Date('2026-01-15T10:00:00Z');
export const HOUR = 3600;
export const DAY = 24 * HOUR;

export type DodoEvent = DodoPayments.WebhookPayload;
type DataOf<Type extends DodoEvent['data']['payload_type']> = Extract<DodoEvent['data'], { payload_type: Type }>;

export interface ReceivedEvent {
  readonly id: string;
  readonly event: DodoEvent;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** A webhook receiver that verifies every delivery with the official library. */
export interface DodoReceiver {
  readonly url: string;
  readonly received: ReceivedEvent[];
  /** The status of the next answers; 200 when empty. */
  readonly answers: number[];
  /** Types in the order of arrival since the last call. */
  takeTypes(): string[];
  close(): Promise<void>;
}

const HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];

export async function startDodoReceiver(): Promise<DodoReceiver> {
  const received: ReceivedEvent[] = [];
  const answers: number[] = [];
  let taken = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const headers = Object.fromEntries(HEADERS.map((name) => [name, String(request.headers[name])]));
      const event = new Webhook(WEBHOOK_SECRET).verify(body, headers) as DodoEvent;
      received.push({ id: headers['webhook-id']!, event, headers, body });
      response.writeHead(answers.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/dodo`,
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

export interface DodoWorld {
  readonly sandbox: RunningSandbox;
  readonly dodo: DodoPayments;
  readonly receiver: DodoReceiver;
  close(): Promise<void>;
}

export async function startDodoWorld(options: Partial<SandboxOptions> = {}): Promise<DodoWorld> {
  const receiver = await startDodoReceiver();
  const sandbox = await startSandbox({
    frozen: true,
    startAt: START,
    delivery: { backoff: [10, 10, 10], timeoutMilliseconds: 2000 },
    dodo: { apiKey: API_KEY, webhookSecret: WEBHOOK_SECRET, webhookUrl: receiver.url },
    ...options,
  }).catch(async (error: unknown) => {
    await receiver.close();
    throw error;
  });
  return {
    sandbox,
    dodo: dodoClient(sandbox, API_KEY),
    receiver,
    async close() {
      await sandbox.close();
      await receiver.close();
    },
  };
}

/** A product that is sold once; `price` in minor units. */
export const createProduct = (
  { dodo }: Pick<DodoWorld, 'dodo'>,
  price = 4900,
  currency: DodoPayments.Currency = 'USD',
): Promise<DodoPayments.Product> =>
  dodo.products.create({
    name: 'Course',
    tax_category: 'digital_products',
    price: { type: 'one_time_price', price, currency },
  });

/** A product that renews every month; `price` in minor units. */
export const createPlan = ({ dodo }: Pick<DodoWorld, 'dodo'>, name: string, price: number) =>
  dodo.products.create({
    name,
    tax_category: 'saas',
    price: {
      type: 'recurring_price',
      price,
      currency: 'USD',
      payment_frequency_count: 1,
      payment_frequency_interval: 'Month',
      subscription_period_count: 10,
      subscription_period_interval: 'Year',
    },
  });

export const BILLING = { country: 'US', zipcode: '94102' } as const;

export const submit = (address: string, fields: Record<string, string> = {}): Promise<Response> =>
  fetch(address, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });

export interface Buyer {
  readonly customer: DodoPayments.Customer;
  readonly methodId: string;
  /** Of the purchase that saved the card. */
  readonly paymentId: string;
}

let buyers = 0;

/** Buys on the hosted page, which saves the card, and waits until everything about it has been told. */
export async function createBuyer(
  world: DodoWorld,
  card = '4242424242424242',
  productId?: string,
  fields: Record<string, string> = {},
): Promise<Buyer> {
  const { dodo, sandbox } = world;
  buyers += 1;
  const customer = await dodo.customers.create({ email: `buyer-${buyers}@example.com`, name: 'Ada' });
  const session = await dodo.checkoutSessions.create({
    product_cart: [{ product_id: productId ?? (await createProduct(world)).product_id, quantity: 1 }],
    customer: { customer_id: customer.customer_id },
    return_url: 'http://shop.example/done',
  });
  const answer = await submit(session.checkout_url!, { card, ...fields });
  if (answer.status === 303 && answer.headers.get('location')!.startsWith('/dodo/3ds'))
    await submit(`${sandbox.url}${answer.headers.get('location')}`, { outcome: 'authenticate' });
  const { items } = await dodo.customers.retrievePaymentMethods(customer.customer_id);
  const status = await dodo.checkoutSessions.retrieve(session.session_id);
  await sandbox.idle();
  world.receiver.takeTypes();
  return { customer, methodId: items[0]!.payment_method_id, paymentId: status.payment_id! };
}

/** One click on a saved method. */
export const charge = (
  { dodo }: Pick<DodoWorld, 'dodo'>,
  { customer, methodId }: Pick<Buyer, 'customer' | 'methodId'>,
  productId: string,
  metadata: Record<string, string> = {},
) =>
  dodo.checkoutSessions.create({
    product_cart: [{ product_id: productId, quantity: 1 }],
    customer: { customer_id: customer.customer_id },
    payment_method_id: methodId,
    confirm: true,
    billing_address: BILLING,
    minimal_address: true,
    feature_flags: { redirect_immediately: true },
    return_url: 'http://shop.example/done',
    metadata,
  });

/** The payloads of one kind, in the order of arrival. */
export const payloadsOf = <Type extends DodoEvent['data']['payload_type']>(
  receiver: DodoReceiver,
  type: Type,
): DataOf<Type>[] =>
  receiver.received.map(({ event }) => event.data).filter((data): data is DataOf<Type> => data.payload_type === type);

export const control = async (world: Pick<DodoWorld, 'sandbox'>, path: string, body: object): Promise<Response> =>
  fetch(`${world.sandbox.url}/sandbox/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
