import { startSandbox, type RunningSandbox } from '../../src/sandbox/index.js';
import type { Movement } from '../../src/sandbox/ledger/ledger.js';
import {
  BillingProviderRegistry,
  PRORATION_MODES,
  type ProviderCapabilities,
} from '../../src/billing-providers/index.js';
import { Jobs } from '../../src/common/jobs/index.js';
import { startApplication, type StartedApplication } from '../support/application.js';
import { connectBoth, environmentOfBoth, sandboxOfBoth } from '../support/both-providers.js';
import { createTestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { stripeClient } from '../support/stripe-client.js';
import { TestClock } from '../support/test-clock.js';
import { MatrixCustomer } from './matrix-customer.js';
import { sideOf, type Currency, type ProviderId, type ProviderSide } from './matrix-providers.js';
import { done, Shop } from './upsell-shop.js';
import { HOUR, START, type ShopWorld } from './world.js';

export { PROVIDERS, type ProviderId } from './matrix-providers.js';

/** Cards that both providers' published test lists have, by what they do. */
export const CARDS = {
  good: '4242424242424242',
  other: '5555555555554444',
  declined: '4000000000000002',
  /** Can be saved; whatever is charged to it afterwards is declined. */
  declinesLater: '4000000000000341',
} as const;

/** The Dodo document's plans: US cents a month. */
export const PLANS = { starter: 2_000, basic: 3_000, pro: 8_000 } as const;
export type PlanCode = keyof typeof PLANS;

/** What the merchant's own checkout sells, what its funnel offers, and what is sold beside plans: US cents. */
export const GOODS = { kit: 4_900, course: 1_900, poster: 900 } as const;
/** The same in centavos: only reais can be paid by Pix, where a provider takes it. */
export const GOODS_IN_REAIS = { kit_brl: 14_900, course_brl: 5_900 } as const;
export type GoodsCode = keyof typeof GOODS | keyof typeof GOODS_IN_REAIS;

/** The product's clock shows the sandbox's time. */
export class SandboxClock extends TestClock {
  sandbox?: RunningSandbox;

  override now(): Date {
    return this.sandbox?.now() ?? super.now();
  }
}

/** The real application with both providers configured, and a merchant whose customers all pay at one of them. */
export class MatrixWorld {
  /** Uuids of plans, by code. */
  readonly plans: Record<PlanCode, string> = { starter: '', basic: '', pro: '' };
  /** What each thing on sale is at the provider. */
  readonly prices: Record<PlanCode | GoodsCode, string> = {
    starter: '',
    basic: '',
    pro: '',
    kit: '',
    course: '',
    poster: '',
    kit_brl: '',
    course_brl: '',
  };
  private people = 0;

  private constructor(
    readonly side: ProviderSide,
    readonly shop: Shop<ShopWorld>,
    private readonly prefix: string,
  ) {}

  /** @param through see `startBoth` */
  static async start(
    provider: ProviderId,
    flow: string,
    through?: (sandboxUrl: string) => string,
  ): Promise<MatrixWorld> {
    return MatrixWorld.over(provider, await startBoth(`matrix_${flow}_${provider}`, through));
  }

  /** A world of each provider in one application. */
  static async startEach(flow: string): Promise<Readonly<Record<ProviderId, MatrixWorld>>> {
    const world = await startBoth(`matrix_${flow}`);
    return { stripe: await MatrixWorld.over('stripe', world), dodo: await MatrixWorld.over('dodo', world, 'dodo-') };
  }

  /** @param prefix of every name, so that one application can hold a world of each provider */
  static async over(provider: ProviderId, world: ShopWorld, prefix = ''): Promise<MatrixWorld> {
    const matrix = new MatrixWorld(sideOf(provider, world.sandbox), new Shop(world), prefix);
    await matrix.putCatalogue();
    return matrix;
  }

  get sandbox(): RunningSandbox {
    return this.shop.world.sandbox;
  }

  get application(): StartedApplication {
    return this.shop.world.application;
  }

  /** What the service believes that the provider can do. */
  get capabilities(): ProviderCapabilities {
    return this.application.app.get(BillingProviderRegistry, { strict: false }).get(this.side.id).capabilities;
  }

  settle(): Promise<void> {
    return this.shop.world.settle();
  }

  advance(step: { seconds?: number; days?: number; to?: Date }): Promise<void> {
    return this.shop.world.advance(step);
  }

  /** Somebody new, owner of a group of their own, whom the provider does not know yet. */
  customer(): Promise<MatrixCustomer> {
    return MatrixCustomer.register(this, `${this.prefix}person-${++this.people}`);
  }

  /** Money that was really taken from somebody, in the order in which it was. */
  charges(customer: MatrixCustomer): readonly number[] {
    return this.movements(customer, 'charge').map(({ amount }) => amount);
  }

  refunds(customer: MatrixCustomer): readonly number[] {
    return this.movements(customer, 'refund').map(({ amount }) => amount);
  }

  countSubscriptions(customer: MatrixCustomer): Promise<number> {
    return this.side.countSubscriptions(customer.customerId);
  }

  private movements(customer: MatrixCustomer, type: Movement['type']): readonly Movement[] {
    return this.sandbox
      .ledger()
      .filter((movement) => movement.type === type && movement.outcome === 'succeeded')
      .filter((movement) => movement.customer === customer.customerId);
  }

  /** Over the customer's next renewal, and past the hour in which some providers' invoices are drafts. */
  async renew(customer: MatrixCustomer): Promise<void> {
    const { renewsAt } = await this.side.readSubscription(await customer.subscriptionId());
    await this.advance({ to: new Date(renewsAt.getTime() + 2 * HOUR * 1_000) });
  }

  /** The next answer to a call is lost after the provider has done what was asked. */
  loseAnswer(path: string): void {
    this.sandbox.faults.api({ kind: 'loseResponse', method: 'POST', path });
  }

  /** The resolver, as long after the sending as it may only ask any more; then the time between two complete lists. */
  async resolveUnknown(): Promise<void> {
    const resolve = this.application.app.get(Jobs).handlers.get('charging.resolve');
    const unknown = await this.shop.rows<{ uuid: string }>(`SELECT uuid FROM charge_attempts WHERE status = 'unknown'`);
    for (const { uuid } of unknown) {
      await this.shop.rows('UPDATE charge_attempts SET sent_at = $2 WHERE uuid = $1', [uuid, this.sandbox.now()]);
      await resolve?.({ uuid } as never);
      await this.shop.rows(
        `UPDATE charge_attempts SET absent_at = absent_at - interval '301 seconds' WHERE uuid = $1`,
        [uuid],
      );
      await resolve?.({ uuid } as never);
    }
  }

  close(): Promise<void> {
    return this.shop.close();
  }

  private async putCatalogue(): Promise<void> {
    await done(
      this.shop.admin('PUT', `packages/${this.prefix}suite`, { name: 'Suite', proration_modes: PRORATION_MODES }),
    );
    for (const [rank, code] of (Object.keys(PLANS) as PlanCode[]).entries()) await this.putPlan(code, rank);
    for (const [code, amount] of Object.entries(GOODS)) await this.putGoods(code as GoodsCode, amount, 'USD', ['card']);
    for (const [code, amount] of Object.entries(GOODS_IN_REAIS)) {
      await this.putGoods(code as GoodsCode, amount, 'BRL', ['card', 'pix']);
    }
  }

  private async putGoods(code: GoodsCode, amount: number, currency: Currency, methods: readonly ('card' | 'pix')[]) {
    this.prices[code] = await this.side.sell({ code, amount, currency });
    const mapped = [{ provider: this.side.id, provider_price_id: this.prices[code] }];
    await this.shop.offer(this.prefix + code, { amount, currency, methods, provider_price_ids: mapped });
    this.shop.offers[code] = this.shop.offers[this.prefix + code] ?? '';
  }

  private async putPlan(code: PlanCode, rank: number): Promise<void> {
    this.prices[code] = await this.side.sell({ code, amount: PLANS[code], currency: 'USD', isPlan: true });
    const price = {
      provider: this.side.id,
      provider_price_id: this.prices[code],
      currency: 'USD',
      unit_amount: PLANS[code],
      billing_interval: 'month',
      interval_count: 1,
    };
    const body = { name: code, rank, is_offered: true, limits: { seats: (rank + 1) * 5 }, prices: [price] };
    this.plans[code] = (
      await done(this.shop.admin('PUT', `packages/${this.prefix}suite/plans/${this.prefix}${code}`, body))
    ).id;
  }
}

/** Both providers, whose time stands still. */
export const startSandboxOfBoth = (): Promise<RunningSandbox> =>
  startSandbox({
    frozen: true,
    startAt: START,
    delivery: { backoff: [20, 50, 100, 200, 400], timeoutMilliseconds: 5_000 },
    ...sandboxOfBoth(),
  });

/** @param through the address by which the application reaches the sandbox, where that is not its own */
async function startBoth(name: string, through = (sandboxUrl: string) => sandboxUrl): Promise<ShopWorld> {
  const sandbox = await startSandboxOfBoth();
  const clock = new SandboxClock();
  clock.sandbox = sandbox;
  const database = await createTestDatabase(name);
  const environment = environmentOfBoth(through(sandbox.url));
  const application = await startApplication({ name, clock, database, environment });
  connectBoth(sandbox, application.url);
  const settle = () => settleBoth(sandbox, application);
  return {
    sandbox,
    application,
    stripe: stripeClient(sandbox.url, application.config.stripe?.secretKey ?? ''),
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

const READING = 'subscription.read-from-provider';

/** Waits until every event is delivered and turned into state, also where that takes a reading from the provider. */
export async function settleBoth(
  sandbox: RunningSandbox,
  { database }: Pick<StartedApplication, 'database'>,
): Promise<void> {
  const isSettled = async (): Promise<boolean> => {
    await sandbox.idle();
    await hasten(database);
    const [row] = await database.query<{ open: number }>(
      `SELECT (SELECT count(*) FROM webhook_events WHERE status IN ('pending', 'processing'))::int
            + (SELECT count(*) FROM graphile_worker.jobs WHERE task_identifier = $1)::int AS open`,
      [READING],
    );
    return row?.open === 0;
  };
  await eventually(isSettled, { within: 20_000 });
}

/** A reading waits for the siblings of its event, which here have all been delivered. */
async function hasten(database: StartedApplication['database']): Promise<void> {
  const rescheduled = await database.query(
    `SELECT graphile_worker.reschedule_jobs(array_agg(id), run_at => now()) FROM graphile_worker.jobs
      WHERE task_identifier = $1 AND run_at > now() AND locked_at IS NULL HAVING count(*) > 0`,
    [READING],
  );
  if (rescheduled.length > 0) await database.query(`SELECT pg_notify('jobs:insert', '{"r":0.5,"count":1}')`);
}
