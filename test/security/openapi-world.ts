import { connectBoth, environmentOfBoth } from '../support/both-providers.js';
import { createTestDatabase } from '../support/database.js';
import { callerOf, type Call } from '../support/http.js';
import { eventually } from '../support/eventually.js';
import { MainProcess } from '../support/main-process.js';
import { stripeClient } from '../support/stripe-client.js';
import { TestClock } from '../support/test-clock.js';
import { signCustomerToken } from '../support/tokens.js';
import { Config } from '../../src/config/index.js';
import type { RunningSandbox } from '../../src/sandbox/index.js';
import { MatrixWorld, settleBoth, startSandboxOfBoth } from '../e2e/matrix-world.js';
import { done } from '../e2e/upsell-shop.js';
import type { ShopWorld } from '../e2e/world.js';
import { startReceiver, type Receiver } from '../integration/notification/receiver.js';
import type { StartedApplication } from '../support/application.js';
import { Contract } from './openapi-contract.js';
import { LeakDetector } from './openapi-leaks.js';
import { PIXEL } from './openapi-picture.js';
import { settlePerson, type Person } from './openapi-person.js';
import type { SaidBody } from './openapi-said.js';
import type { Json } from './openapi-values.js';
import { loadDocument, operationsOf, type Operation } from './openapi.js';

/** Four steps, so that one can be declined and there is still one to look at. */
const FUNNEL = [
  { kind: 'one_click', offers: ['course'], next_on_accept: 1, next_on_decline: 1 },
  { kind: 'multi_offer', offers: ['poster', 'course'], next_on_accept: null, next_on_decline: null },
];

const SECRET = /SECRET|KEY|DATABASE_URL/;

/**
 * The built application in a process of its own (its document is made when it is compiled), over both providers, with a
 * merchant whose every table has rows: two customers at Stripe, one at Dodo Payments, each with all that a customer can have.
 */
export class FullWorld {
  readonly operations: readonly Operation[];
  private withoutWorker?: MainProcess;

  private constructor(
    readonly main: MainProcess,
    readonly shop: ShopWorld,
    readonly stripe: MatrixWorld,
    readonly dodo: MatrixWorld,
    readonly receiver: Receiver,
    /** The first two are at Stripe, the third is at Dodo Payments. */
    readonly people: readonly [Person, Person, Person],
    readonly keys: { readonly admin: string; readonly service: string; readonly revoked: string },
    readonly contract: Contract,
    operations: Operation[],
    /** Bodies that were taken while the world was made. */
    readonly said: readonly SaidBody[],
  ) {
    this.operations = operations;
  }

  static async start(name: string, environment: NodeJS.ProcessEnv = {}): Promise<FullWorld> {
    const sandbox = await startSandboxOfBoth();
    const { main, shop, said } = await startBuilt(name, sandbox, environment);
    const receiver = await startReceiver();
    const document = await loadDocument(shop.application.url);
    const stripe = await MatrixWorld.over('stripe', shop);
    const dodo = await MatrixWorld.over('dodo', shop, 'dodo-');
    await furnish(stripe, dodo, receiver);
    const people = await Promise.all([settlePerson(stripe), settlePerson(stripe), settlePerson(dodo)] as const);
    const keys = await makeKeys(stripe);
    await shop.settle();
    await compareWithProviders(stripe);
    return new FullWorld(
      main,
      shop,
      stripe,
      dodo,
      receiver,
      people,
      keys,
      new Contract(document),
      operationsOf(document),
      said,
    );
  }

  get url(): string {
    return this.shop.application.url;
  }

  get leaks(): LeakDetector {
    const secrets = Object.entries(this.main.environment).filter(([name]) => SECRET.test(name));
    return new LeakDetector(secrets.map(([, value]) => value ?? '').filter((value) => value.length > 8));
  }

  query<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<Row[]> {
    return this.shop.application.database.query<Row>(sql, parameters);
  }

  /**
   * From here on the API alone: without a worker nothing changes but by a request, and the sandbox's events go nowhere.
   *
   * @returns the address of the new process
   */
  async leaveWorker(): Promise<string> {
    await this.shop.settle();
    await this.main.stop();
    this.withoutWorker = new MainProcess(this.shop.application.database.url, {
      ...this.main.environment,
      PROCESS_ROLE: 'api',
    });
    return this.withoutWorker.listening();
  }

  async close(): Promise<void> {
    await this.withoutWorker?.stop();
    await this.receiver.close();
    await this.shop.close();
  }
}

async function startBuilt(name: string, sandbox: RunningSandbox, more: NodeJS.ProcessEnv) {
  const database = await createTestDatabase(name);
  const clock = { CLOCK_URL: `${sandbox.url}/sandbox/clock` };
  const main = new MainProcess(database.url, { ...environmentOfBoth(sandbox.url), ...clock, ...more });
  const config = Config.fromEnvironment(main.environment);
  const url = await main.listening();
  connectBoth(sandbox, url);
  const close = async () => {
    await main.stop();
    await sandbox.close();
    await database.drop();
  };
  const said: SaidBody[] = [];
  const application: StartedApplication = {
    url,
    database,
    config,
    clock: new TestClock(),
    call: recording(callerOf(url), said),
    tokenFor: (externalId, options) => signCustomerToken(config, externalId, options),
    get app(): never {
      throw new Error('the application runs in a process of its own');
    },
    close,
  };
  const settle = () => settleBoth(sandbox, application);
  const advance = async (step: { seconds?: number }) => {
    await sandbox.advance(step);
    await settle();
  };
  const stripe = stripeClient(sandbox.url, config.stripe?.secretKey ?? '');
  const shop: ShopWorld = { sandbox, application, stripe, settle, advance, close };
  return { main, shop, said };
}

const recording =
  (call: Call, said: SaidBody[]): Call =>
  async (method, path, options = {}) => {
    const answer = await call(method, path, options);
    const isObject = typeof options.body === 'object' && !(options.body instanceof Uint8Array);
    if (answer.status < 300 && isObject) said.push({ method, path, body: options.body as Json });
    return answer;
  };

/** What the merchant has besides customers. */
async function furnish(stripe: MatrixWorld, dodo: MatrixWorld, receiver: Receiver): Promise<void> {
  const { shop } = stripe;
  await shop.planOffer('plan-pro', 'pro');
  await shop.funnel('kit', FUNNEL);
  await dodo.shop.funnel(
    'dodo-kit',
    FUNNEL.map((step) => ({ ...step, offers: step.offers.map((code) => `dodo-${code}`) })),
  );
  const texts = { vi: { headline: 'Thêm một món nữa?' } };
  await done(shop.admin('PUT', 'funnels/product/poster', { steps: FUNNEL.map((step) => ({ ...step, texts })) }));
  const rule = { trigger: 'usage_milestone', offer_code: 'course', minimum: 80, valid_minutes: 60 };
  await done(shop.admin('PUT', 'upsell-rules/busy', rule));
  await done(shop.admin('POST', 'webhook-endpoints', { url: `${receiver.url}/hook` }));
  const picture = { apiKey: shop.apiKey, body: PIXEL, headers: { 'content-type': 'image/png' } };
  await done(shop.world.application.call('POST', '/api/v1/admin/media', picture));
  await shop.postEvent(POISON);
}

/** Signed, and not to be understood: it fails, and is kept. */
const POISON = JSON.stringify({
  id: 'evt_poison',
  object: 'event',
  type: 'customer.subscription.updated',
  api_version: '2026-10-28.endive',
  created: 1_768_471_200,
  livemode: false,
  data: { object: { id: 'sub_nobody', object: 'subscription' } },
});

/** A dry run, to its end. */
async function compareWithProviders({ shop }: MatrixWorld): Promise<void> {
  await done(shop.admin('POST', 'reconciliations', {}));
  const isOver = async () => {
    const rows = await shop.rows(`SELECT FROM reconciliation_runs WHERE status = 'running'`);
    return rows.length === 0;
  };
  await eventually(isOver, { within: 30_000 });
}

async function makeKeys({ shop }: MatrixWorld) {
  const make = (name: string, scope: string) => done(shop.admin('POST', 'api-keys', { name, scopes: [scope] }));
  const revoked = await make('revoked', 'admin');
  await done(shop.admin('DELETE', `api-keys/${revoked.id}`));
  return {
    admin: (await make('admin', 'admin')).key,
    service: (await make('service', 'service')).key,
    revoked: revoked.key,
  };
}
