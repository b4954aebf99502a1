import { FunnelProgress } from './funnel-progress.js';
import {
  KIT,
  type Abilities,
  type Item,
  type OfferCode,
  type Page,
  type Payment,
  type Refusal,
  type Sale,
  type Way,
} from './funnel-terms.js';

const SESSION_MILLISECONDS = 60 * 60_000;
const WAITED = { authenticate: 15, checkout: 35, pix: 60 } as const;
const STALE: Refusal = { status: 409, code: 'upsell_step_stale' };
const OVER: Refusal = { status: 410, code: 'upsell_session_over' };
const LATE: Refusal = { status: 410, code: 'upsell_step_expired' };
const CHANGED: Refusal = { status: 409, code: 'upsell_offer_changed' };
const PENDING: Refusal = { status: 409, code: 'upsell_payment_pending' };

/** What is promised of the way through a funnel, for one customer with any number of sales. */
export class FunnelModel extends FunnelProgress {
  readonly payments: Payment[] = [];
  readonly pages: Page[] = [];
  readonly charges: number[] = [];
  readonly refunds: number[] = [];
  published = 0;
  isMailHeld = false;
  /** What has happened at the provider, and nobody has been told. */
  private readonly news: Payment[] = [];

  constructor(
    readonly able: Abilities,
    now: number,
  ) {
    super(now);
  }

  /** Products, as the merchant's server is told of them. */
  products(): readonly string[] {
    const given = new Map<string, string>();
    for (const { offer, status } of this.sales.flatMap(({ items }) => items)) {
      if (status === 'paid') given.set(offer, 'granted');
      if (status === 'refunded' && given.get(offer) !== 'granted') given.set(offer, 'revoked');
    }
    return [...given].map(([offer, status]) => `${offer} ${status}`).toSorted();
  }

  buy(): void {
    this.charges.push(KIT);
    const sale: Sale = {
      version: this.published,
      expiresAt: this.now + SESSION_MILLISECONDS,
      items: [{ offer: 'kit', amount: KIT, status: 'paid' }],
      events: [],
      session: null,
      position: null,
      offered: [],
      stepEndsAt: null,
      failure: null,
      pending: null,
      status: 'approved',
      isClosed: false,
    };
    this.sales.push(sale);
    if (!this.isKilled && this.find(sale, 0) !== null) this.goTo(sale, 0);
    else this.finish(sale);
  }

  /** @returns why not */
  refuse({ sale: index, position }: Page): Refusal | undefined {
    const sale = this.saleOf(index);
    if (sale.position === null || this.lapse(sale)) return OVER;
    if (position !== sale.position) return STALE;
    return this.isStepLate(sale) ? LATE : undefined;
  }

  see(page: Page): Refusal | undefined {
    const sale = this.saleOf(page.sale);
    const refusal = this.refuse(page);
    if (refusal) return this.refused(sale, refusal);
    const event = `impression ${page.position}`;
    if (sale.events.includes(event)) return undefined;
    sale.events.push(event);
    const { countdown } = this.stepOf(sale) ?? {};
    if (countdown !== undefined && sale.session === 'open') sale.stepEndsAt = this.now + countdown * 1_000;
    return undefined;
  }

  decline(page: Page): Refusal | undefined {
    const sale = this.saleOf(page.sale);
    const refusal = this.refuse(page) ?? (this.mayLeave(sale) ? undefined : PENDING);
    if (refusal) return this.refused(sale, refusal);
    for (const offer of sale.offered) this.declined.add(offer);
    sale.events.push(`decline ${page.position}`);
    this.goTo(sale, this.stepOf(sale)?.no ?? null);
    return undefined;
  }

  /** @returns why not; `same` where it is being paid for already; else nothing, and what comes of it is told by `charge` */
  judge(page: Page, offer: OfferCode, way: Way): Refusal | 'same' | undefined {
    const sale = this.saleOf(page.sale);
    const refusal = this.refuse(page);
    if (refusal) return this.refused(sale, refusal);
    if (sale.pending) return sale.pending.offer === offer ? 'same' : this.refused(sale, PENDING);
    if (!sale.offered.includes(offer)) return { status: 404, code: 'offer_not_found' };
    const shown = page.offers.find(({ code }) => code === offer);
    const isBoughtElsewhere = this.payments.some(
      (payment) => payment.offer === offer && payment.status === 'open' && payment.sale !== page.sale,
    );
    if (!this.isSold(offer) || shown?.amount !== this.priceOf(offer) || isBoughtElsewhere) {
      return this.refused(sale, CHANGED);
    }
    const isPixPossible = this.able.pix && this.stepOf(sale)?.kind !== 'one_click';
    return way === 'pix' && !isPixPossible ? { status: 422, code: 'payment_method_not_allowed' } : undefined;
  }

  /** Money is asked for. @returns the status of the answer */
  charge({ sale: index, position }: Page, offer: OfferCode, way: Way): number {
    const sale = this.saleOf(index);
    const amount = this.priceOf(offer);
    sale.events.push(`accept ${position}`);
    if ((way === 'new_card' || way === 'pix') && sale.failure !== null) sale.events.push(`fallback ${position}`);
    const kind = way === 'new_card' ? 'checkout' : way === 'pix' ? 'pix' : 'authenticate';
    const until = this.now + WAITED[kind] * 60_000;
    const item = sale.items.push({ offer, amount, status: 'pending' }) - 1;
    const place = { sale: index, position, offer, amount, item };
    const payment: Payment = { ...place, kind, until, status: 'open', truth: 'open', failure: null };
    this.payments.push(payment);
    Object.assign(sale, { session: 'charging', pending: payment });
    if (way === 'good') this.settle(payment, 'paid', null, 'told');
    if (way === 'declining') this.settle(payment, 'failed', 'card_declined', 'told');
    if (way === 'declining') this.update(sale);
    return way === 'good' ? 200 : way === 'declining' ? 402 : 202;
  }

  /** The provider comes to know how a payment ended; the merchant hears of it at once, or when the mail comes. */
  settle(payment: Payment, truth: 'paid' | 'failed' | 'closed', failure: string | null, how: 'told' | 'by mail'): void {
    Object.assign(payment, { truth, failure });
    if (truth === 'paid') this.charges.push(payment.amount);
    if (how === 'by mail' && this.isMailHeld) this.news.push(payment);
    else this.learn(payment);
  }

  receiveMail(): void {
    this.isMailHeld = false;
    for (const payment of this.news.splice(0)) this.learn(payment);
  }

  /** The customer gives the payment up. @returns why that is not possible */
  cancel(page: Page): Refusal | undefined {
    const sale = this.saleOf(page.sale);
    const refusal = this.refuse(page);
    if (refusal) return this.refused(sale, refusal);
    const { pending } = sale;
    if (!pending) return undefined;
    if (pending.truth !== 'open') this.learn(pending);
    else if (!this.able.closes) return this.refused(sale, PENDING);
    else this.settle(pending, 'closed', null, 'told');
    return undefined;
  }

  refund(sale: Sale, item: Item): boolean {
    if (item.status !== 'paid') return false;
    item.status = 'refunded';
    this.refunds.push(item.amount);
    const payment = this.payments.find((each) => this.sales[each.sale]?.items[each.item] === item);
    if (payment) sale.events.push(`refund ${payment.position} ${item.amount}`);
    else this.endIfReturned(sale);
    return true;
  }

  /** What the provider does by itself as time passes. */
  pass(minutes: number): void {
    this.now += minutes * 60_000;
    for (const payment of this.payments) {
      // Stripe closes its pages and codes, Dodo the payment that waits for its bank; nobody closes the others.
      const ends = this.able.closes ? payment.kind !== 'authenticate' : payment.kind === 'authenticate';
      if (ends && payment.truth === 'open' && payment.until <= this.now)
        this.settle(payment, 'closed', null, 'by mail');
    }
  }

  /** The jobs of every minute: payments whose time is over are asked about, then sessions are closed. */
  sweep(): void {
    for (const payment of this.payments) {
      if (payment.status !== 'open' || payment.until > this.now) continue;
      if (payment.truth === 'open' && this.able.closes) payment.truth = 'closed';
      if (payment.truth === 'open') this.end(payment, 'expired');
      else this.learn(payment);
    }
    for (const sale of this.sales) this.leaveLapsed(sale);
  }

  private refused(sale: Sale, refusal: Refusal): Refusal {
    this.update(sale);
    return refusal;
  }

  /** Where a page cannot be closed, it is left as it is. */
  private mayLeave({ pending }: Sale): boolean {
    return pending === null || (!this.able.closes && pending.kind === 'checkout');
  }

  private learn(payment: Payment): void {
    if (payment.status === 'paid' || payment.status === 'returned') return;
    if (payment.truth === 'paid') this.receive(payment);
    else if (payment.status === 'open') this.end(payment, payment.truth === 'failed' ? 'failed' : 'expired');
  }

  /** Money has come: for the offer, unless another payment of the same step holds; then it goes back. */
  private receive(payment: Payment): void {
    const isHeld = this.payments.some(
      (other) =>
        other !== payment &&
        other.sale === payment.sale &&
        other.position === payment.position &&
        (other.status === 'open' || other.status === 'paid'),
    );
    if (payment.status === 'over' && isHeld) {
      payment.status = 'returned';
      this.refunds.push(payment.amount);
      return;
    }
    const sale = this.saleOf(payment.sale);
    const item = sale.items[payment.item];
    payment.status = 'paid';
    if (item) item.status = 'paid';
    sale.events.push(`paid ${payment.position} ${payment.amount}`);
    sale.status = 'extended';
    const isThere = sale.session === 'open' && sale.position === payment.position;
    if (sale.pending !== payment && !isThere) return;
    this.goTo(sale, this.stepOf(sale)?.yes ?? null);
    this.endIfReturned(sale);
  }

  private end(payment: Payment, as: 'failed' | 'expired'): void {
    const sale = this.saleOf(payment.sale);
    const item = sale.items[payment.item];
    payment.status = 'over';
    if (item) item.status = as;
    sale.events.push(`failure ${payment.position}`);
    if (sale.pending !== payment) return;
    Object.assign(sale, { session: 'open', pending: null, failure: payment.failure });
    this.endIfReturned(sale);
  }
}
