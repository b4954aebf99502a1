import type { MatrixCustomer } from '../e2e/matrix-customer.js';
import type { Visit } from '../e2e/upsell-shop.js';
import type { Answer } from '../support/http.js';
import type { Scene } from './crash-path.js';
import type { CrashWorld } from './crash-world.js';
import { payWhereLed } from './paying.js';

/** What a step of a funnel sells. */
export interface Sold {
  /** The offer's code. */
  readonly offer: string;
  /** Minor units. */
  readonly amount: number;
  /** What has been given when it is paid. */
  readonly gives: { readonly product: string } | { readonly plan: string };
}

type Wish = Record<string, unknown>;

/** Somebody at a step of a funnel, who has decided. */
export class FunnelScene implements Scene {
  readonly movement: number;

  constructor(
    private readonly world: CrashWorld,
    private readonly customer: MatrixCustomer,
    private readonly visit: Visit,
    private readonly sold: Sold,
    private readonly wish: Wish,
  ) {
    this.movement = sold.amount;
  }

  act(): Promise<Answer> {
    return this.visit.post('payment', this.wish);
  }

  isTold({ status }: Answer): boolean {
    return status === 200;
  }

  async isDone(): Promise<boolean> {
    return (await this.visit.items()).includes(`upsell ${this.sold.offer} paid ${this.movement}`);
  }

  /** As the page goes on: what is open is paid, else yes is said again, by another way once a card has failed. */
  async press(): Promise<Answer | undefined> {
    const { pending, step, last_failure: failure } = await this.visit.view();
    if (pending) return this.pay(pending);
    if (!step) return undefined;
    const quoted = step.offers[0].quote_required ? await this.quote(step) : {};
    const isCardsFault =
      failure !== null && failure.code !== 'provider_unavailable' && failure.code !== 'provider_refused';
    const isByPix = (this.wish.method as { kind: string }).kind === 'pix';
    const other = isCardsFault && !step.offers[0].quote_required ? { method: { kind: 'new_card' } } : {};
    return this.visit.accept({ ...(isByPix ? { method: this.wish.method } : other), ...quoted });
  }

  async disagreements(): Promise<readonly string[]> {
    const problems: string[] = [];
    const { gives } = this.sold;
    const has = 'product' in gives ? await this.customer.products() : [await this.customer.entitledPlan()];
    if (!has.includes('product' in gives ? `${gives.product} granted` : gives.plan))
      problems.push(`has access to ${has.join(', ')}`);
    const view = await this.visit.view();
    if (view.session.status !== 'completed') problems.push(`the session is ${view.session.status}`);
    const paid = (await this.visit.items()).filter((item) => item.startsWith(`upsell ${this.sold.offer} paid`));
    if (paid.length !== 1) problems.push(`${paid.length} items are paid`);
    if ('plan' in gives && (await this.world.matrix.countSubscriptions(this.customer)) !== 1)
      problems.push('not one subscription');
    return problems;
  }

  private async quote(step: Answer['body']): Promise<Wish> {
    const { body } = await this.visit.post('quote', { step: step.id, offer_uuid: step.offers[0].offer_uuid });
    return { quote_id: body.quote_id, terms: body.terms };
  }

  /** At the bank, or on the provider's page; one that is closed by now is not paid. */
  private async pay(pending: Answer['body']): Promise<Answer> {
    if (pending.kind === 'pix') {
      const [row] = await this.world.rows<{ id: string }>(
        `SELECT provider_payment_id AS id FROM charge_attempts a JOIN users u ON u.id = a.user_id
          WHERE u.external_id = $1 AND a.status = 'pending' ORDER BY a.id DESC LIMIT 1`,
        [this.customer.id],
      );
      if (row) await this.world.matrix.shop.bank(`pix/${row.id}/pay`);
    } else if (pending.url) {
      await payWhereLed(this.customer, pending.url);
    }
    return { status: 202, headers: new Headers(), body: pending };
  }
}
