import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type {
  ChargeKind,
  ChargeOutcome,
  ChargeQuery,
  CheckoutCommand,
  OneClickCommand,
  PixCommand,
  StartPlanCommand,
} from '../../../src/billing-providers/index.js';
import { ProviderError } from '../../../src/billing-providers/index.js';
import { HOUR, type World } from './support.js';

export const METADATA = { offer_uuid: 'b1a7c2d3-0000-4000-8000-000000000001', group_id: 'team-7' };

export const secondsOf = (world: Pick<World, 'sandbox'>): number => Math.floor(world.sandbox.now().getTime() / 1_000);

/** A customer with one saved card, of Stripe's `pm_card_...` list. */
export async function saveCard(world: World, card = 'pm_card_visa'): Promise<{ customerId: string; cardId: string }> {
  const { id: customerId } = await world.stripe.customers.create({ email: 'ada@example.com' });
  const { id: cardId } = await world.stripe.paymentMethods.attach(card, { customer: customerId });
  return { customerId, cardId };
}

export const oneClick = (saved: { customerId: string; cardId: string }, more: Partial<OneClickCommand> = {}) =>
  ({
    kind: 'one_click',
    amount: 4_990,
    currency: 'BRL',
    description: 'Second course',
    metadata: METADATA,
    returnUrl: 'https://app.test/upsell-native',
    installments: 1,
    ...saved,
    ...more,
  }) satisfies OneClickCommand;

export const checkout = (world: World, customerId: string, more: Partial<CheckoutCommand> = {}) =>
  ({
    kind: 'checkout',
    customerId,
    amount: 4_990,
    currency: 'BRL',
    description: 'Second course',
    metadata: METADATA,
    methods: ['card'],
    successUrl: 'https://app.test/paid',
    cancelUrl: 'https://app.test/back',
    expiresAt: secondsOf(world) + HOUR,
    language: 'pt-BR',
    ...more,
  }) satisfies CheckoutCommand;

export const pix = (customerId: string, more: Partial<PixCommand> = {}) =>
  ({
    kind: 'pix',
    customerId,
    amount: 4_990,
    currency: 'BRL',
    description: 'Second course',
    metadata: METADATA,
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    taxId: '12345678909',
    expiresInSeconds: 1_800,
    ...more,
  }) satisfies PixCommand;

export const startPlan = (
  world: World,
  saved: { customerId: string; cardId: string },
  more: Partial<StartPlanCommand> = {},
) =>
  ({
    kind: 'start_plan',
    amount: 3_000,
    currency: 'USD',
    description: 'Pro',
    metadata: METADATA,
    planPriceId: world.prices.pro,
    ...saved,
    ...more,
  }) satisfies StartPlanCommand;

export const newAttempt = (): string => randomUUID();

export const queryFor = (
  world: Pick<World, 'sandbox'>,
  command: { readonly kind: ChargeKind; readonly customerId: string },
  attemptId: string,
  references: ChargeQuery['references'] = {},
): ChargeQuery => ({
  kind: command.kind,
  attemptId,
  customerId: command.customerId,
  references,
  sentAt: secondsOf(world),
});

/** Money that really moved. */
export const charges = (world: World) =>
  world.sandbox.ledger().filter(({ type, outcome }) => type === 'charge' && outcome === 'succeeded');

/**
 * The first call is carried out and its answer is lost; whatever repeats it does not come through. (The SDK repeats a closed
 * connection by itself.)
 */
export function loseEveryAnswer(world: World, method: 'POST', path: string): void {
  world.sandbox.faults.api({ kind: 'loseResponse', method, path });
  world.sandbox.faults.api({ kind: 'dropRequest', method, path, times: 20 });
}

export const errorOf = async (work: Promise<unknown>): Promise<ProviderError> => {
  const error: unknown = await work.then(
    (value) => new Error(`it succeeded: ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProviderError)) throw error;
  return error;
};

export function expectStatus<Status extends ChargeOutcome['status']>(
  outcome: ChargeOutcome | undefined,
  status: Status,
): asserts outcome is Extract<ChargeOutcome, { status: Status }> {
  expect(outcome?.status).toBe(status);
}

/** Posts a form of one of the sandbox's pages, as a customer does. */
export async function post(url: string, form: Record<string, string> = {}): Promise<number> {
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' });
  return answer.status;
}
