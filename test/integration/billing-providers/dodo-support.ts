import { Logger } from '@nestjs/common';
import type { DodoPayments } from 'dodopayments';
import { DodoBillingProvider } from '../../../src/billing-providers/dodo/dodo-billing-provider.js';
import type {
  ChargeOutcome,
  CheckoutCommand,
  OneClickCommand,
  RefundCommand,
} from '../../../src/billing-providers/index.js';
import { ProviderCallObserver } from '../../../src/billing-providers/provider-call-observer.js';
import { Metrics } from '../../../src/common/observability/index.js';
import type { DodoSettings } from '../../../src/config/index.js';
import {
  API_KEY,
  createBuyer,
  startDodoWorld as startSandboxWorld,
  submit,
  WEBHOOK_SECRET,
  type Buyer,
  type DodoWorld as SandboxWorld,
} from '../sandbox/dodo-support.js';
import { METADATA, secondsOf } from './money.js';
import { startRecorder, type RecordedCall, type Recorder } from './recorder.js';
import { SandboxClock } from './support.js';

/** The adapter, the sandbox, what goes between them, and a client of our own to look and to act as others do. */
export interface DodoWorld extends SandboxWorld {
  readonly provider: DodoBillingProvider;
  readonly recorder: Recorder;
}

export const settingsFor = (url: string, more: Partial<DodoSettings> = {}): DodoSettings => ({
  apiKey: API_KEY,
  webhookSecrets: [WEBHOOK_SECRET],
  baseUrl: `${url}/dodo`,
  environment: 'test_mode',
  livemode: false,
  ...more,
});

export const providerFor = (world: Pick<SandboxWorld, 'sandbox'>, settings: DodoSettings): DodoBillingProvider =>
  new DodoBillingProvider(settings, new ProviderCallObserver(new Metrics()), new SandboxClock(world.sandbox));

export async function startDodoWorld(): Promise<DodoWorld> {
  const world = await startSandboxWorld();
  Logger.overrideLogger(['error', 'fatal']); // failed calls are what many tests are about
  const recorder = await startRecorder(world.sandbox.url);
  return {
    ...world,
    provider: providerFor(world, settingsFor(recorder.url)),
    recorder,
    async close() {
      await recorder.close();
      await world.close();
    },
  };
}

export const oneClick = (buyer: Buyer, productPriceId: string, more: Partial<OneClickCommand> = {}) =>
  ({
    kind: 'one_click',
    amount: 4_900,
    currency: 'USD',
    description: 'Second course',
    metadata: METADATA,
    returnUrl: 'https://app.test/upsell-native',
    installments: 1,
    customerId: buyer.customer.customer_id,
    cardId: buyer.methodId,
    productPriceId,
    ...more,
  }) satisfies OneClickCommand;

export const checkout = (
  world: Pick<SandboxWorld, 'sandbox'>,
  customerId: string,
  productPriceId: string,
  more: Partial<CheckoutCommand> = {},
) =>
  ({
    kind: 'checkout',
    customerId,
    productPriceId,
    amount: 4_900,
    currency: 'USD',
    description: 'Second course',
    metadata: METADATA,
    methods: ['card'],
    successUrl: 'https://app.test/paid',
    cancelUrl: 'https://app.test/back',
    expiresAt: secondsOf(world) + 3_600,
    language: 'vi',
    ...more,
  }) satisfies CheckoutCommand;

export const refund = (buyer: Buyer, more: Partial<RefundCommand> = {}) =>
  ({
    kind: 'refund',
    customerId: buyer.customer.customer_id,
    paymentId: buyer.paymentId,
    amount: 4_900,
    currency: 'USD',
    reason: 'requested_by_customer',
    ...more,
  }) satisfies RefundCommand;

/** Somebody whose card is saved, and whose first purchase is out of the way: `charges` counts from here. */
export async function createBuyerApart(world: DodoWorld, card?: string): Promise<Buyer & { charges(): Movements }> {
  const buyer = await createBuyer(world, card);
  const before = movementsOf(world, buyer).length;
  world.recorder.take();
  return { ...buyer, charges: () => movementsOf(world, buyer).slice(before) };
}

type Movements = ReturnType<typeof movementsOf>;

/** Money of one customer that really moved. */
const movementsOf = (world: DodoWorld, { customer }: Buyer) =>
  world.sandbox
    .ledger()
    .filter((one) => one.customer === customer.customer_id && one.type === 'charge' && one.outcome === 'succeeded');

/** Only calls that change something; a preview is a question. */
export const writesOf = (recorder: Recorder): RecordedCall[] =>
  recorder.take().filter(({ line }) => !line.startsWith('GET ') && !line.endsWith('/preview'));

export const urlOf = (outcome: ChargeOutcome): string => {
  const next = 'next' in outcome ? outcome.next : undefined;
  if (!next || next.kind === 'pix') throw new Error(`there is no page: ${outcome.status}`);
  return next.url;
};

/** Pays a hosted page, through the bank's where it asks for it. */
export async function payPage(world: DodoWorld, url: string, card = '4242424242424242'): Promise<number> {
  const answer = await submit(url, { card });
  const location = answer.headers.get('location') ?? '';
  if (location.startsWith('/dodo/3ds')) await submit(`${world.sandbox.url}${location}`, { outcome: 'authenticate' });
  return answer.status;
}

export const retrievePayment = (world: DodoWorld, outcome: ChargeOutcome): Promise<DodoPayments.Payment> =>
  world.dodo.payments.retrieve(outcome.references.paymentId ?? 'pay_none');
