import type { Stripe } from 'stripe';
import { startSandbox, type RunningSandbox, type SandboxOptions } from '../../src/sandbox/index.js';
import { startApplication, type StartedApplication } from '../support/application.js';
import { createTestDatabase } from '../support/database.js';
import { testEnvironment } from '../support/environment.js';
import { eventually } from '../support/eventually.js';
import { stripeClient } from '../support/stripe-client.js';
import { TestClock } from '../support/test-clock.js';

export const HOUR = 3_600;
export const DAY = 24 * HOUR;
export const START = new Date('2026-01-15T10:00:00Z');
export const RETURN_URL = 'https://shop.test/account';

const PLAN_CODES = ['free', 'basic', 'pro', 'enterprise'] as const;
export type PlanCode = (typeof PLAN_CODES)[number];

const AMOUNTS: Readonly<Record<PlanCode, number>> = { free: 0, basic: 900, pro: 2900, enterprise: 9900 };

export interface Plan {
  readonly uuid: string;
  readonly priceId: string;
}

/** The product's clock shows the sandbox's time. */
class SandboxClock extends TestClock {
  sandbox?: RunningSandbox;

  override now(): Date {
    return this.sandbox?.now() ?? super.now();
  }
}

/** The real application over the sandbox, with four plans on sale. */
export interface World {
  readonly sandbox: RunningSandbox;
  readonly application: StartedApplication;
  /** Stripe's official client, as the merchant's own back office would use it. */
  readonly stripe: Stripe;
  readonly plans: Readonly<Record<PlanCode, Plan>>;
  /** Waits until every event is delivered and turned into state. */
  settle(): Promise<void>;
  /** Moves the provider's time, and settles. */
  advance(step: { seconds?: number; days?: number; to?: Date }): Promise<void>;
  close(): Promise<void>;
}

/** The same, whatever is on sale there. */
export type ShopWorld = Omit<World, 'plans'>;

export interface WorldOptions {
  readonly name: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** False: the sandbox's events go nowhere, and the test delivers them itself. */
  readonly deliver?: boolean;
  readonly sandbox?: Partial<SandboxOptions['stripe']>;
}

export async function startWorld(options: WorldOptions): Promise<World> {
  const environment = { ...testEnvironment('postgres://unused'), ...options.environment };
  const secretKey = environment.STRIPE_SECRET_KEY ?? '';
  const sandbox = await startSandbox({
    frozen: true,
    startAt: START,
    delivery: { backoff: [20, 50, 100, 200, 400], timeoutMilliseconds: 5_000 },
    stripe: { secretKey, webhookSecret: environment.STRIPE_WEBHOOK_SECRET ?? '', ...options.sandbox },
  });
  const clock = new SandboxClock();
  clock.sandbox = sandbox;
  const database = await createTestDatabase(options.name);
  const application = await startApplication({
    name: options.name,
    clock,
    database,
    environment: { ...options.environment, STRIPE_API_URL: sandbox.url },
  });
  if (options.deliver !== false) sandbox.setWebhook(`${application.url}/api/v1/admin/stripe/webhook`);
  const stripe = stripeClient(sandbox.url, secretKey);
  const settle = () => settleAll(sandbox, application);
  return {
    sandbox,
    application,
    stripe,
    plans: await createPlans(stripe, application),
    settle,
    async advance(step) {
      await sandbox.advance(step);
      await settle();
    },
    async close() {
      await application.close();
      await sandbox.close();
      await database.drop();
    },
  };
}

async function settleAll(sandbox: RunningSandbox, application: StartedApplication): Promise<void> {
  await sandbox.idle();
  await eventually(
    async () => {
      const [row] = await application.database.query<{ open: string }>(
        "SELECT count(*) AS open FROM webhook_events WHERE status IN ('pending', 'processing')",
      );
      return Number(row?.open) === 0;
    },
    { within: 20_000 },
  );
}

async function createPlans(stripe: Stripe, application: StartedApplication): Promise<Record<PlanCode, Plan>> {
  const admin = { apiKey: application.config.auth.adminApiKey };
  const created = await application.call('PUT', '/api/v1/admin/packages/suite', { ...admin, body: { name: 'Suite' } });
  if (created.status >= 300) throw new Error(`package: ${JSON.stringify(created.body)}`);
  const plans = {} as Record<PlanCode, Plan>;
  for (const [rank, code] of PLAN_CODES.entries()) {
    const product = await stripe.products.create({ name: code });
    const price = await stripe.prices.create({
      product: product.id,
      currency: 'usd',
      unit_amount: AMOUNTS[code],
      recurring: { interval: 'month' },
    });
    const body = {
      name: code,
      rank,
      is_offered: true,
      prices: [
        {
          provider: 'stripe',
          provider_price_id: price.id,
          provider_product_id: product.id,
          currency: 'USD',
          unit_amount: AMOUNTS[code],
          billing_interval: 'month',
          interval_count: 1,
        },
      ],
    };
    const answer = await application.call('PUT', `/api/v1/admin/packages/suite/plans/${code}`, { ...admin, body });
    if (answer.status >= 300) throw new Error(`plan ${code}: ${JSON.stringify(answer.body)}`);
    plans[code] = { uuid: answer.body.id, priceId: price.id };
  }
  return plans;
}
