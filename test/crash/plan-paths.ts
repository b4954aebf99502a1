import type { MatrixCustomer } from '../e2e/matrix-customer.js';
import { CARDS, PLANS, type PlanCode } from '../e2e/matrix-world.js';
import { done } from '../e2e/upsell-shop.js';
import type { ProrationMode } from '../../src/billing-providers/index.js';
import type { Answer } from '../support/http.js';
import type { Card, CrashPath, Scene } from './crash-path.js';
import type { CrashWorld } from './crash-world.js';
import { confirmAtBank } from './paying.js';
import { readAtProvider } from './provider-truth.js';
import { NUMBERS } from './sales-paths.js';

const BOTH = ['stripe', 'dodo'] as const;

/** What a subscriber wants to come to be. */
interface Goal {
  readonly plan?: PlanCode;
  readonly scheduled?: PlanCode | null;
  readonly ends?: boolean;
}

/** Something that a subscriber asks for, and asks for again until it is so. */
abstract class PlanScene implements Scene {
  abstract readonly movement: number;
  protected abstract readonly goal: Goal;

  constructor(
    protected readonly world: CrashWorld,
    protected readonly customer: MatrixCustomer,
  ) {}

  abstract act(): Promise<Answer>;
  protected abstract ask(): Promise<Answer>;

  isTold({ status, body }: Answer): boolean {
    return status < 300 && this.isGoal(body);
  }

  async isDone(): Promise<boolean> {
    return this.isGoal(await this.customer.subscription());
  }

  async isMade(): Promise<boolean> {
    const { priceId, scheduledPriceId, ends } = await readAtProvider(this.world, this.customer);
    const { prices } = this.world.matrix;
    const { goal } = this;
    return (
      (goal.plan === undefined || priceId === prices[goal.plan]) &&
      (goal.scheduled === undefined ||
        scheduledPriceId === (goal.scheduled === null ? null : prices[goal.scheduled])) &&
      (goal.ends === undefined || ends === goal.ends)
    );
  }

  async press(): Promise<Answer | undefined> {
    return (await this.isDone()) ? undefined : this.ask();
  }

  /** The whole of both views of one subscription. */
  async disagreements(): Promise<readonly string[]> {
    const rows = await this.customer.subscription();
    const real = await readAtProvider(this.world, this.customer);
    const { prices, plans } = this.world.matrix;
    const codeOf = (priceId: string | null) =>
      Object.keys(plans).find((code) => prices[code as PlanCode] === priceId) ?? null;
    const ours = `${rows.plan.code}, then ${rows.scheduled_plan?.code ?? null}, ends ${rows.cancel_at !== null}`;
    const theirs = `${codeOf(real.priceId)}, then ${codeOf(real.scheduledPriceId)}, ends ${real.ends}`;
    const entitled = await this.customer.entitledPlan();
    return [
      ...(ours === theirs ? [] : [`we say ${ours}; the provider says ${theirs}`]),
      ...(entitled === rows.plan.code ? [] : [`has access to ${entitled} instead of ${rows.plan.code}`]),
    ];
  }

  private isGoal(subscription: Answer['body']): boolean {
    const { plan, scheduled, ends } = this.goal;
    return (
      (plan === undefined || subscription.plan.code === plan) &&
      (scheduled === undefined || (subscription.scheduled_plan?.code ?? null) === scheduled) &&
      (ends === undefined || (subscription.cancel_at !== null) === ends)
    );
  }
}

class SwitchScene extends PlanScene {
  protected readonly goal: Goal;
  private card: Card;

  private constructor(
    world: CrashWorld,
    customer: MatrixCustomer,
    private readonly quote: { readonly id: string; readonly amount: number },
    private readonly wish: { readonly to: PlanCode; readonly mode: ProrationMode; readonly card: Card },
  ) {
    super(world, customer);
    this.goal = { plan: wish.to, scheduled: null };
    this.card = wish.card;
  }

  static async quoted(
    world: CrashWorld,
    customer: MatrixCustomer,
    wish: { readonly to: PlanCode; readonly mode: ProrationMode; readonly card: Card },
  ): Promise<SwitchScene> {
    const { quote_id: id, charge_now: charge } = await done(customer.preview(wish.to, wish.mode));
    return new SwitchScene(world, customer, { id, amount: charge.amount }, wish);
  }

  get movement(): number {
    return this.quote.amount;
  }

  act(): Promise<Answer> {
    return this.customer.execute(this.quote.id);
  }

  protected async ask(): Promise<Answer> {
    const first = await this.customer.execute(this.quote.id);
    if (first.status === 202) await this.confirm();
    if (first.status < 300) return first;
    if (this.card !== 'good') {
      await this.customer.enterCard(CARDS.other);
      this.card = 'good';
    }
    const preview = await this.customer.preview(this.wish.to, this.wish.mode);
    return preview.status === 200 ? this.customer.execute(preview.body.quote_id) : preview;
  }

  /** Where the bank asks for them. */
  private async confirm(): Promise<void> {
    const { latest_change: change } = await this.customer.subscription();
    if (change?.authentication_url) await confirmAtBank(change.authentication_url);
  }
}

/** What is asked for with one request, which may be made again as it is. */
class RequestScene extends PlanScene {
  readonly movement = 0;

  constructor(
    world: CrashWorld,
    customer: MatrixCustomer,
    protected readonly goal: Goal,
    private readonly request: () => Promise<Answer>,
  ) {
    super(world, customer);
  }

  act(): Promise<Answer> {
    return this.request();
  }

  protected ask(): Promise<Answer> {
    return this.request();
  }
}

/** A subscription that is started on the provider's page. */
class StartScene extends PlanScene {
  readonly movement = PLANS.basic;
  protected readonly goal = { plan: 'basic' } as const;

  act(): Promise<Answer> {
    return this.ask();
  }

  protected ask(): Promise<Answer> {
    return this.customer.startCheckout('basic');
  }

  override isTold(): boolean {
    return false; // it is told of a page
  }

  override async isDone(): Promise<boolean> {
    return (await this.customer.entitledPlan()) === 'basic';
  }

  override async isMade(): Promise<boolean> {
    const [row] = await this.world.rows<{ id: string }>(
      `SELECT c.provider_customer_id AS id FROM user_provider_customers c JOIN users u ON u.id = c.user_id
        WHERE u.external_id = $1 AND c.provider = $2`,
      [this.customer.id, this.world.matrix.side.id],
    );
    this.customer.customerId = row?.id ?? '';
    return row !== undefined && (await this.world.matrix.countSubscriptions(this.customer)) === 1;
  }

  override async press(): Promise<Answer | undefined> {
    if (await this.isDone()) return undefined;
    const answer = await this.ask();
    if (answer.status < 300) await this.customer.pay(answer.body.url);
    return answer;
  }
}

const subscribing =
  (plan: PlanCode): CrashPath['arrange'] =>
  (_world, customer) =>
    customer.subscribe(plan);

const switching = (from: PlanCode, to: PlanCode, mode: ProrationMode, more: Partial<CrashPath> = {}): CrashPath => ({
  name: `a switch at once from ${from} to ${to}, ${mode}`,
  providers: BOTH,
  arrange: subscribing(from),
  async begin(world, customer, card) {
    if (card !== 'good') await customer.enterCard(NUMBERS[card]);
    return SwitchScene.quoted(world, customer, { to, mode, card });
  },
  ...more,
});

const requesting = (
  name: string,
  goal: Goal,
  request: (customer: MatrixCustomer) => Promise<Answer>,
  before?: (customer: MatrixCustomer) => Promise<Answer>,
): CrashPath => ({
  name,
  providers: BOTH,
  arrange: subscribing('basic'),
  async begin(world, customer) {
    if (before) await done(before(customer));
    return new RequestScene(world, customer, goal, () => request(customer));
  },
});

const scheduling = (plan: PlanCode) => (customer: MatrixCustomer) => customer.schedule(plan);
const posting =
  (action: string, method = 'POST') =>
  (customer: MatrixCustomer) =>
    customer.call(method, `/subscription/${action}`, method === 'POST' ? { group_id: customer.groupId } : undefined);

const FAILING_CARDS = { stripe: ['declined', 'authenticates'], dodo: ['declined', 'authenticates'] } as const;

export const SWITCH = switching('basic', 'pro', 'prorated_immediately', { cards: FAILING_CARDS });
export const SCHEDULED = requesting('a scheduled upgrade', { scheduled: 'pro' }, scheduling('pro'));

export const IN_PLACE_OF_SCHEDULED = switching('basic', 'pro', 'difference_immediately', {
  name: 'a switch at once in place of a scheduled change',
  cards: { stripe: ['declined'], dodo: ['declined'] },
  async begin(world, customer, card) {
    await done(customer.schedule('starter'));
    if (card !== 'good') await customer.enterCard(NUMBERS[card]);
    return SwitchScene.quoted(world, customer, { to: 'pro', mode: 'difference_immediately', card });
  },
});

export const PLAN_PATHS: readonly CrashPath[] = [
  SWITCH,
  switching('basic', 'pro', 'difference_immediately', { cards: FAILING_CARDS }),
  switching('basic', 'pro', 'full_immediately'),
  switching('basic', 'pro', 'do_not_bill'),
  switching('pro', 'starter', 'difference_immediately'),
  IN_PLACE_OF_SCHEDULED,
  SCHEDULED,
  requesting(
    'a scheduled change that replaces another',
    { scheduled: 'pro' },
    scheduling('pro'),
    scheduling('starter'),
  ),
  requesting(
    'a scheduled change that is undone',
    { scheduled: null },
    posting('scheduled-change', 'DELETE'),
    scheduling('pro'),
  ),
  requesting('a cancellation', { ends: true }, posting('cancel')),
  requesting(
    'a cancellation that takes a scheduled change back',
    { ends: true, scheduled: null },
    posting('cancel'),
    scheduling('pro'),
  ),
  requesting('a cancellation that is taken back', { ends: false }, posting('resume'), posting('cancel')),
  {
    name: 'the start of a subscription',
    providers: BOTH,
    arrange: () => Promise.resolve(),
    begin: (world, customer) => Promise.resolve(new StartScene(world, customer)),
  },
];
