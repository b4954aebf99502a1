import type { MatrixCustomer } from '../e2e/matrix-customer.js';
import { GOODS } from '../e2e/matrix-world.js';
import type { Answer } from '../support/http.js';
import type { CrashPath, Scene } from './crash-path.js';
import type { CrashWorld } from './crash-world.js';
import { payWhereLed } from './paying.js';
import { NUMBERS, ONE_CLICK } from './sales-paths.js';

const BOTH = ['stripe', 'dodo'] as const;

/** Something beside what a customer has. */
class CrossSellScene implements Scene {
  readonly movement = GOODS.course;

  constructor(
    private readonly customer: MatrixCustomer,
    private readonly more: object,
  ) {}

  act(): Promise<Answer> {
    return this.customer.crossSell('course', this.more);
  }

  isTold({ body }: Answer): boolean {
    return body.status === 'paid';
  }

  async isDone(): Promise<boolean> {
    return (await this.customer.products()).includes('course granted');
  }

  async press(): Promise<Answer | undefined> {
    if (await this.isDone()) return undefined;
    const answer = await this.customer.crossSell('course', this.more);
    if (answer.body.checkout_url) await payWhereLed(this.customer, answer.body.checkout_url);
    return answer;
  }

  async disagreements(): Promise<readonly string[]> {
    const again = await this.customer.crossSell('course', this.more);
    return again.body.code === 'offer_owned' ? [] : [`it is sold again: ${JSON.stringify(again.body)}`];
  }
}

const crossSelling = (name: string, more: object, extra: Partial<CrashPath> = {}): CrashPath => ({
  name,
  providers: BOTH,
  async arrange(_world, customer, card) {
    await customer.buy('poster');
    if (card !== 'good') await customer.saveCard(NUMBERS[card]);
  },
  async begin(_world, customer, card) {
    if (card === 'good') return new CrossSellScene(customer, more);
    const { body } = await customer.call('GET', '/payment-methods');
    const methods: readonly { id: string; last4: string }[] = body.providers.flatMap(
      (provider: { methods: readonly object[] }) => provider.methods,
    );
    const chosen = methods.find(({ last4 }) => last4 === NUMBERS[card].slice(-4));
    if (!chosen) throw new Error(`there is no card ${card} among ${JSON.stringify(methods)}`);
    const first = new CrossSellScene(customer, more);
    // The card is named once; whoever tries again takes what they are given.
    return Object.assign(first, { act: () => customer.crossSell('course', { method_id: chosen.id }) });
  },
  ...extra,
});

/** Money for a line of a sale that goes back. */
class RefundScene implements Scene {
  private requests = 1;
  private isAnswered = false;

  constructor(
    private readonly world: CrashWorld,
    private readonly customer: MatrixCustomer,
    private readonly item: { readonly id: string; readonly saleId: string },
    private readonly amount: number | undefined,
  ) {}

  get movement(): number {
    return -(this.amount ?? GOODS.course);
  }

  act(): Promise<Answer> {
    return this.request();
  }

  private request(): Promise<Answer> {
    const body = this.amount === undefined ? {} : { amount: this.amount };
    return this.world.matrix.shop.refund(this.item.id, body, `refund-${this.item.id}-${this.requests}`);
  }

  isTold({ status, body }: Answer): boolean {
    return status < 300 && body.status === 'succeeded';
  }

  async isDone(): Promise<boolean> {
    return (await this.load()).refunded_amount === -this.movement;
  }

  /**
   * As long as nobody has answered it is repeated with its key, and is one refund; after a no, or where it was told that nobody knows
   * and the sale says that it did not come to be, it is another request.
   */
  async press(): Promise<Answer | undefined> {
    if (this.isAnswered && (await this.isDone())) return undefined;
    if (this.isAnswered) this.requests += 1;
    const answer = await this.request();
    this.isAnswered = answer.status < 300 || answer.body.code === 'refund_not_possible';
    return answer;
  }

  async disagreements(): Promise<readonly string[]> {
    const { status } = await this.load();
    const [access] = (await this.customer.products()).filter((product) => product.startsWith('course'));
    const expected = this.amount === undefined ? 'refunded, course revoked' : 'paid, course granted';
    const actual = `${status}, ${access}`;
    return actual === expected ? [] : [`the item is ${actual} instead of ${expected}`];
  }

  private async load(): Promise<Answer['body']> {
    const { items } = (await this.world.matrix.shop.admin('GET', `sales/${this.item.saleId}`)).body;
    return items.find(({ id }: { id: string }) => id === this.item.id);
  }
}

const refunding = (name: string, amount?: number): CrashPath => ({
  name,
  providers: BOTH,
  arrange: ONE_CLICK.arrange,
  async begin(world, customer, card) {
    const bought = await ONE_CLICK.begin(world, customer, card);
    await bought.act();
    const [row] = await world.rows<{ id: string; saleId: string }>(
      `SELECT i.uuid AS id, s.uuid AS "saleId" FROM sale_items i JOIN sales s ON s.id = i.sale_id JOIN users u ON u.id = s.user_id
        WHERE u.external_id = $1 AND i.kind = 'upsell' AND i.status = 'paid'`,
      [customer.id],
    );
    if (!row) throw new Error('there is nothing to refund');
    return new RefundScene(world, customer, row, amount);
  },
});

export const REFUND = refunding('a refund of a line');

export const OTHER_SALES_PATHS: readonly CrashPath[] = [
  crossSelling(
    'a cross-sell by one click',
    {},
    {
      cards: { stripe: ['declined', 'authenticates'], dodo: ['declined', 'authenticates'] },
    },
  ),
  crossSelling('a cross-sell by checkout', { use_checkout: true }),
  REFUND,
  refunding('a refund of a part', 500),
];
