import { Portal } from '../../e2e/portal.js';
import type { ProviderSide } from '../../e2e/matrix-providers.js';
import type { Answer } from '../../support/http.js';
import type { Act, Deed, PlanCode, ProviderId } from '../plan/plan.types.js';
import { Client, type Wish } from './client.js';
import type { Promised } from '../checks/evidence.types.js';
import { GOOD_CARD, HostedPages } from './hosted-pages.js';
import type { Shop } from './shop.js';

/** Can be saved; whatever is charged to it is declined. */
const DECLINING_CARD = '4000000000000341';
/** Wants its owner each time. */
const ASKING_CARD = '4000002760003184';
const TAX_ID = '12345678909';
const ACCOUNT = 'https://shop.test/account';

interface Visit {
  readonly saleId: string;
  readonly offerUuid: string;
  readonly token: string;
}

/** A customer who pays at one provider, and what they know: what any browser would remember. */
export class Customer {
  readonly client: Client;
  private readonly pages: HostedPages;
  readonly promises: Promised[] = [];
  customerId = '';
  /** Why what they last wished for was not possible. */
  obstacle = '';
  private visit: Visit | undefined;

  private constructor(
    readonly shop: Shop,
    readonly id: string,
    readonly provider: ProviderId,
  ) {
    this.client = new Client(shop.world, id);
    this.pages = new HostedPages(shop.world, id);
  }

  static async register(shop: Shop, id: string, provider: ProviderId): Promise<Customer> {
    const customer = new Customer(shop, id, provider);
    customer.customerId = await customer.side.createCustomer(id);
    const link = { payment_provider: provider, payment_provider_customer_id: customer.customerId };
    await shop.service('PUT', `users/${id}`, { name: `Buyer ${id}`, email: `${id}@shop.test`, ...link });
    const members = [{ user_external_id: id, role: 'owner' }];
    await shop.service('PUT', `groups/${customer.groupId}`, { name: id, members });
    return customer;
  }

  get groupId(): string {
    return `group-of-${this.id}`;
  }

  /** @returns whether there was anything to do */
  async carryOut(act: Act): Promise<boolean> {
    const { deed } = act;
    switch (deed.do) {
      case 'subscribe':
        return this.subscribe(deed.plan, act);
      case 'buy':
        return this.buy(deed, act);
      case 'accept':
        return this.accept(deed, act);
      case 'decline':
        return this.decline(act);
      case 'trigger':
        return this.takeMoment(act);
      case 'dispute':
        return this.dispute(deed.ends);
      case 'cross-sell':
        return this.crossSell(act);
      case 'switch':
        return this.switchNow(deed, act);
      case 'refund':
        return this.refund(act);
      case 'card':
        return this.enterCard(deed.pays);
      case 'schedule':
        return this.requestChange('POST', 'change-plan', act, this.planBody(deed.plan, { effective: 'renewal' }));
      case 'undo':
        return this.requestChange('DELETE', `scheduled-change?group_id=${this.groupId}`, act);
      case 'cancel':
      case 'resume':
        return this.requestChange('POST', deed.do, act, { group_id: this.groupId });
      case 'renew':
      case 'wait':
        throw new Error(`${deed.do} is the world's`);
      default:
        return deed satisfies never;
    }
  }

  /** When the group's living subscription renews; undefined without one. */
  async renewsAt(): Promise<Date | undefined> {
    const { body } = await this.look('/subscription');
    return body?.deadline_at && body.status !== 'canceled' ? new Date(body.deadline_at) : undefined;
  }

  private get side(): ProviderSide {
    return this.shop.sides[this.provider];
  }

  private by(method: Wish['method'], path: string, body?: unknown, key?: Wish['key']): Wish {
    const wish = { method, path: `/api/v1/general${path}`, body, by: { customer: this.id } };
    return key ? { ...wish, key } : wish;
  }

  private look(path: string): Promise<Answer> {
    const separator = path.includes('?') ? '&' : '?';
    return this.client.ask(this.by('GET', `${path}${separator}group_id=${this.groupId}`), 0);
  }

  private planBody(plan: PlanCode, more: object): object {
    return { plan_id: this.shop.plans[plan], group_id: this.groupId, ...more };
  }

  private async subscribe(plan: PlanCode, act: Act): Promise<boolean> {
    if (await this.renewsAt()) return this.cannot('has one already');
    const back = { success_url: `${ACCOUNT}?back=yes`, cancel_url: ACCOUNT, provider: this.provider };
    const answers = await this.client.press(this.by('POST', '/subscription/checkout', this.planBody(plan, back)), act);
    const url = answers.findLast((answer) => answer && answer.status < 300)?.body.url;
    if (url) await this.pages.pay(url);
    return true;
  }

  private async buy({ goods, card }: Extract<Deed, { do: 'buy' }>, act: Act): Promise<boolean> {
    const { checkoutId, url } = await this.side.openCheckout({
      customerId: this.customerId,
      priceId: this.shop.prices[this.provider][goods],
      metadata: { offer_uuid: this.shop.offers[goods] },
    });
    await this.pages.pay(url, card === 'plain' ? GOOD_CARD : ASKING_CARD);
    const claim = { provider: this.provider, checkout_id: checkoutId, user_id: this.id, group_id: this.groupId };
    const wish = {
      method: 'POST',
      path: '/api/v1/service/sales',
      body: claim,
      by: 'merchant',
      key: 'possible',
    } as const;
    const answer = (await this.client.press(wish, act)).find((told) => told?.status === 200);
    if (!answer) return true;
    const address = new URL(answer.body.upsell?.url ?? answer.body.thank_you_url);
    this.visit = {
      saleId: answer.body.sale.id,
      offerUuid: address.searchParams.get('offer') ?? '',
      token: address.hash.replace('#token=', ''),
    };
    return true;
  }

  private async decline(act: Act): Promise<boolean> {
    const shown = await this.lookAtStep(act);
    if (!shown) return false;
    const { path, view, token } = shown;
    const body = { step: view.step.id };
    await this.client.press({ method: 'POST', path: `${path}/decline`, body, by: { token } }, act);
    return true;
  }

  private async accept({ method: kind, ending }: Extract<Deed, { do: 'accept' }>, act: Act): Promise<boolean> {
    const shown = await this.lookAtStep(act);
    if (!shown) return false;
    const { path, view, token, saleId } = shown;
    const [offer] = view.step.offers;
    const card = offer.methods.find((method: { kind: string }) => method.kind === 'saved_card');
    // Where the provider could not say which cards there are, there is still its own page.
    const byCard = card ? { kind: 'saved_card', card_id: card.card_id } : { kind: 'new_card' };
    const method = kind === 'pix' ? { kind: 'pix', tax_id: TAX_ID } : byCard;
    const body = { step: view.step.id, offer_uuid: offer.offer_uuid, method, terms: offer.terms };
    const wish = { method: 'POST', path: `${path}/payment`, body, by: { token }, key: 'possible' } as const;
    const answers = await this.client.press(wish, act);
    for (const told of answers) {
      const step: string = view.step.id;
      if (told?.status === 200) this.note(`the step ${step} of sale ${saleId} is paid`, `${saleId}/${step}`);
    }
    const pending = answers.findLast((told) => told?.body?.pending)?.body.pending;
    if (pending) await this.pages.follow(pending, ending);
    return true;
  }

  /** What the page shows that they have open; undefined: there is nothing to answer. */
  private async lookAtStep(act: Act) {
    if (!this.visit) return void this.cannot('no page to answer on');
    const { offerUuid, token, saleId } = this.visit;
    const path = `/upsell-native/${offerUuid}`;
    const { status, body: view } = await this.client.ask({ method: 'GET', path, by: { token } }, act.replica);
    if (status !== 200) return void this.cannot(`the page says ${status} ${view?.code}`);
    const isOpen = view?.step?.offers?.[0] && view.session.status === 'open';
    return isOpen ? { path, view, token, saleId } : void this.cannot(`the session is ${view.session.status}`);
  }

  /** The merchant's server sees a milestone, and the customer takes what is offered for it. */
  private async takeMoment(act: Act): Promise<boolean> {
    const moment = { user_id: this.id, trigger: 'usage_milestone', key: 'hundred', value: 90 };
    await this.shop.service('POST', 'upsell-triggers', moment);
    const path = `/api/upsell/${this.customerId}`;
    const by = { customer: this.id };
    const { status, body } = await this.client.ask({ method: 'GET', path, by }, act.replica);
    if (status !== 200 || !body.eligible) return this.cannot(`nothing is offered: ${status} ${body?.reason}`);
    const wish = { method: 'POST', path: `${path}/accept`, body: { terms: body.terms }, by } as const;
    for (const told of await this.client.press(wish, act)) {
      if (told?.status !== 200 || !told.body.success) continue;
      this.note(`the moment ${told.body.sessionId} is paid`, `moment/${told.body.sessionId}`);
    }
    return true;
  }

  private async dispute(ends: 'won' | 'lost'): Promise<boolean> {
    const item = await this.findNewestPaid();
    if (!item?.payment) return this.cannot('nothing to take back');
    const { sandbox } = this.shop.world;
    const subject = this.provider === 'stripe' ? { payment_intent: item.payment } : { payment_id: item.payment };
    const dispute = await sandbox.bank(`${this.provider}/disputes`, subject);
    const id = String(dispute.id ?? dispute.dispute_id);
    await sandbox.catchUp();
    if (this.provider === 'dodo') await sandbox.bank(`dodo/disputes/${id}/close`, { status: 'challenged' });
    await sandbox.bank(`${this.provider}/disputes/${id}/close`, { status: ends });
    return true;
  }

  private async findNewestPaid(): Promise<{ readonly uuid: string; readonly payment: string | null } | undefined> {
    const [item] = await this.shop.world.query<{ uuid: string; payment: string | null }>(
      `SELECT i.uuid, i.provider_payment_id AS payment
         FROM sale_items i JOIN sales s ON s.id = i.sale_id JOIN users u ON u.id = s.user_id
        WHERE u.external_id = $1 AND i.status = 'paid' AND i.refunded_amount = 0 AND i.disputes = '{}'
          AND i.plan_quote_id IS NULL ORDER BY i.id DESC LIMIT 1`,
      [this.id],
    );
    return item;
  }

  private async crossSell(act: Act): Promise<boolean> {
    const body = {
      offer_id: this.shop.offers.guide,
      group_id: this.groupId,
      provider: this.provider,
      return_url: `${ACCOUNT}?back=yes`,
      cancel_url: ACCOUNT,
    };
    const answers = await this.client.press(this.by('POST', '/cross-sell', body, 'possible'), act);
    for (const told of answers) {
      if (told?.status === 200 && told.body.status === 'paid') this.note('the guide is paid', 'cross:');
    }
    const page = answers.findLast((told) => told?.body?.checkout_url)?.body.checkout_url;
    if (page) await this.pages.pay(page);
    return true;
  }

  private async switchNow({ plan, mode }: Extract<Deed, { do: 'switch' }>, act: Act): Promise<boolean> {
    const preview = this.by('POST', '/subscription/change-plan/preview', this.planBody(plan, { proration_mode: mode }));
    const quoted = await this.client.ask(preview, act.replica);
    if (quoted.status !== 200) return this.cannot(`no quote: ${quoted.status} ${quoted.body?.code}`);
    const { quote_id, charge_now } = quoted.body;
    const body = { quote_id, when: 'now', group_id: this.groupId };
    for (const told of await this.client.press(this.by('POST', '/subscription/change-plan', body, 'possible'), act)) {
      if (told?.status === 200 && charge_now.amount > 0) this.note(`the quote ${quote_id} is paid`, `:${quote_id}`);
    }
    return true;
  }

  private async requestChange(method: 'POST' | 'DELETE', path: string, act: Act, body?: object): Promise<boolean> {
    if (!(await this.renewsAt())) return this.cannot('no living subscription');
    const key = path === 'change-plan' ? 'possible' : undefined;
    await this.client.press(this.by(method, `/subscription/${path}`, body, key), act);
    return true;
  }

  /** The merchant gives back the newest thing that was paid once. */
  private async refund(act: Act): Promise<boolean> {
    const item = await this.findNewestPaid();
    if (!item) return this.cannot('nothing to give back');
    const path = `/api/v1/admin/sale-items/${item.uuid}/refund`;
    const answers = await this.client.press({ method: 'POST', path, body: {}, by: 'merchant', key: 'needed' }, act);
    for (const told of answers) {
      if (told?.status === 200 && told.body.status === 'succeeded')
        this.note(`the item ${item.uuid} is given back`, `refund:${item.uuid}:0`);
    }
    return true;
  }

  private async enterCard(pays: boolean): Promise<boolean> {
    const body = { return_url: ACCOUNT, group_id: this.groupId };
    const answer = await this.client.ask(this.by('POST', '/subscription/billing-portal', body), 0);
    if (answer.status >= 300) return this.cannot(`no portal: ${answer.status} ${answer.body?.code}`);
    await new Portal(answer.body.url).enterCard(pays ? GOOD_CARD : DECLINING_CARD);
    return true;
  }

  private cannot(why: string): false {
    this.obstacle = why;
    return false;
  }

  private note(what: string, intent: string): void {
    this.promises.push({ customer: this.id, what, intent });
  }
}
