import type { MatrixCustomer } from '../../e2e/matrix-customer.js';
import type { ProviderId } from '../../e2e/matrix-world.js';
import { submit } from '../../e2e/portal.js';
import { done, Visit, type Body } from '../../e2e/upsell-shop.js';
import type { Answer } from '../../support/http.js';
import { ModelWorld } from '../support/model-world.js';
import type { Move } from '../support/run-model.js';
import type { FunnelModel } from './funnel-model.js';
import { OFFER_CODES, OFFERS, VERSIONS, type Abilities, type OfferCode, type Page, type Way } from './funnel-terms.js';

const CARDS = { good: '4242424242424242', declining: '4000000000000341', asking: '4000002760003184' } as const;
const FUNNEL_OF = 'kit_brl';

/** The merchant of the model, at one provider: its offers, each at two prices, and its funnel, in two versions. */
export class FunnelShop {
  funnelId = '';
  /** What each offer is at the provider, at each price that it ever had. */
  private readonly prices = new Map<string, string>();
  /** Offers that are not as they were. */
  private readonly changed = new Set<OfferCode>();

  private constructor(readonly world: ModelWorld) {}

  static async open(provider: ProviderId, name: string): Promise<FunnelShop> {
    const shop = new FunnelShop(await ModelWorld.start(provider, name));
    for (const code of OFFER_CODES) await shop.offer(code);
    return shop;
  }

  get able(): Abilities {
    const { pix, cancelsOpenPayments } = this.world.matrix.capabilities;
    const isStripe = this.world.matrix.side.id === 'stripe';
    const unauthenticated = isStripe ? 'authentication_failed' : 'authentication_required';
    return { pix: pix.includes('BRL'), closes: cancelsOpenPayments, unauthenticated };
  }

  get now(): number {
    return this.world.matrix.sandbox.now().getTime();
  }

  async offer(code: OfferCode, amount: number = OFFERS[code], isActive = true): Promise<void> {
    const { shop, side } = this.world.matrix;
    if (amount === OFFERS[code] && isActive) this.changed.delete(code);
    else this.changed.add(code);
    const mapped = [{ provider: side.id, provider_price_id: await this.priceOf(code, amount) }];
    const options = { amount, currency: 'BRL', methods: ['card', 'pix'] as const, provider_price_ids: mapped };
    await shop.offer(`model-${code}`, { ...options, is_active: isActive });
  }

  /** A provider sells a product at one price: another price is another product. */
  private async priceOf(code: OfferCode, amount: number): Promise<string> {
    const key = `${code} ${amount}`;
    const known = this.prices.get(key) ?? (await this.world.matrix.side.sell({ code, amount, currency: 'BRL' }));
    this.prices.set(key, known);
    return known;
  }

  uuidOf(code: OfferCode): string {
    return this.world.matrix.shop.offers[`model-${code}`] ?? '';
  }

  codeOf(uuid: string): OfferCode {
    const code = OFFER_CODES.find((each) => this.uuidOf(each) === uuid);
    if (!code) throw new Error(`nobody knows the offer ${uuid}`);
    return code;
  }

  /** Makes one of the versions what new sales are shown. */
  async publish(version: number): Promise<void> {
    const steps = (VERSIONS[version] ?? []).map(({ kind, offers, yes, no, countdown }) => ({
      kind,
      offers: offers.map((code) => `model-${code}`),
      next_on_accept: yes,
      next_on_decline: no,
      ...(countdown === undefined ? {} : { countdown_seconds: countdown }),
    }));
    this.funnelId = await this.world.matrix.shop.funnel(FUNNEL_OF, steps);
  }

  async kill(isKilled: boolean): Promise<void> {
    await done(this.world.matrix.shop.admin('POST', `funnels/${this.funnelId}/${isKilled ? 'kill' : 'revive'}`));
  }

  /** Everything as it was before anybody came. */
  async reset(): Promise<void> {
    await this.world.post.release(0);
    await this.world.settle();
    for (const code of this.changed) await this.offer(code);
    await this.publish(0);
    await this.kill(false);
  }

  /** Somebody new, whose cards are saved. */
  async customer(): Promise<FunnelCustomer> {
    const customer = await this.world.matrix.customer();
    await customer.becomeKnown();
    for (const card of [CARDS.declining, CARDS.asking]) await customer.saveCard(card);
    return new FunnelCustomer(this, customer);
  }

  close(): Promise<void> {
    return this.world.close();
  }
}

/** A customer with every sale of theirs, and the pages that they have seen. */
export class FunnelCustomer {
  readonly visits: Visit[] = [];
  /** The step of each page that was seen, as the page had it; in the order of the model's pages. */
  readonly steps: Body[] = [];
  /** Pages of the provider where something can be paid, by what our own row is called. */
  readonly payments: { readonly url: string; readonly paymentId: string }[] = [];

  constructor(
    readonly shop: FunnelShop,
    readonly person: MatrixCustomer,
  ) {}

  async buy(): Promise<void> {
    this.visits.push(await this.person.arrive(FUNNEL_OF, CARDS.good));
  }

  visitOf(sale: number): Visit {
    const visit = this.visits[sale];
    if (!visit) throw new Error(`there is no visit ${sale}`);
    return visit;
  }

  /** The body that says yes on a page. */
  wish(page: Page, at: number, offer: OfferCode, way: Way): object {
    const step = this.steps[at];
    const shown = step.offers.find((each: Body) => each.offer_uuid === this.shop.uuidOf(offer));
    const place = { step: step.id, offer_uuid: this.shop.uuidOf(offer), terms: shown.terms };
    if (way === 'pix') return { ...place, method: { kind: 'pix', tax_id: '12345678909' } };
    if (way === 'new_card') return { ...place, method: { kind: 'new_card' } };
    const card = shown.methods.find(({ last4 }: Body) => last4 === CARDS[way].slice(-4));
    if (!card) throw new Error(`step ${page.position} shows no card ${way}: ${JSON.stringify(shown.methods)}`);
    return { ...place, method: { kind: 'saved_card', card_id: card.card_id } };
  }

  post(page: Page, at: number, action: string): Promise<Answer> {
    return this.visitOf(page.sale).post(action, { step: this.steps[at].id });
  }

  /** Where the payment that is under way is made, for whoever comes back to it later. */
  async keepPayment(sale: number, pending: Body): Promise<void> {
    const [row] = await this.shop.world.matrix.shop.rows<{ id: string }>(
      `SELECT a.provider_payment_id AS id FROM charge_attempts a JOIN upsell_sessions s ON s.charge_attempt_id = a.id
        JOIN sales ON sales.id = s.sale_id WHERE sales.uuid = $1`,
      [this.visitOf(sale).saleId],
    );
    this.payments.push({ url: pending?.url ?? '', paymentId: row?.id ?? '' });
  }

  async authenticate(payment: number, outcome: 'authenticate' | 'fail'): Promise<void> {
    await submit(this.payments[payment]?.url ?? '', new URLSearchParams({ outcome }));
  }

  async payOnPage(payment: number, card: keyof typeof CARDS | 'refused' = 'good'): Promise<void> {
    const url = this.payments[payment]?.url ?? '';
    if (card !== 'refused') return this.person.pay(url, CARDS[card]);
    const answer = await this.person.pay(url, '4000000000000002').then(
      () => 'paid',
      (error: Error) => error.message,
    );
    if (!answer.includes('402')) throw new Error(`a card that is declined was answered: ${answer}`);
  }

  async payPix(payment: number, late: boolean): Promise<void> {
    await this.shop.world.matrix.shop.bank(`pix/${this.payments[payment]?.paymentId}/pay`, late ? { late } : {});
  }
}

/** What somebody does to the funnel, or in it. */
export type FunnelMove = Move<FunnelModel, FunnelCustomer>;
