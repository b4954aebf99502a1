import { DEARER, OFFERS, VERSIONS, type OfferCode, type Sale, type Step } from './funnel-terms.js';

/** What is promised of where a customer stands in a funnel, and of how they come on. Times in milliseconds. */
export class FunnelProgress {
  readonly sales: Sale[] = [];
  readonly declined = new Set<OfferCode>();
  readonly withdrawn = new Set<OfferCode>();
  readonly dearer = new Set<OfferCode>();
  isKilled = false;

  constructor(public now: number) {}

  priceOf(offer: OfferCode): number {
    return OFFERS[offer] + (this.dearer.has(offer) ? DEARER : 0);
  }

  saleOf(index: number): Sale {
    const sale = this.sales[index];
    if (!sale) throw new Error(`there is no sale ${index}`);
    return sale;
  }

  stepOf(sale: Sale, position = sale.position): Step | undefined {
    return position === null ? undefined : VERSIONS[sale.version]?.[position];
  }

  /** What the customer is told about the session, whether or not anybody has written it down yet. */
  seen(sale: Sale): Sale['session'] {
    return sale.session === 'open' ? (this.lapse(sale) ?? 'open') : sale.session;
  }

  isStepLate(sale: Sale): boolean {
    return sale.session === 'open' && sale.stepEndsAt !== null && sale.stepEndsAt <= this.now;
  }

  /** A refusal brings the page up to date: what is over is left, and what was bought elsewhere goes. */
  update(sale: Sale): void {
    if (this.leaveLapsed(sale) || sale.session !== 'open') return;
    const position = this.find(sale, sale.position);
    if (position === sale.position) sale.offered = this.showable(sale, position);
    else this.goTo(sale, sale.position);
  }

  protected lapse(sale: Sale): 'killed' | 'expired' | undefined {
    if (sale.session !== 'open') return undefined;
    return this.isKilled ? 'killed' : sale.expiresAt <= this.now ? 'expired' : undefined;
  }

  protected leaveLapsed(sale: Sale): boolean {
    const lapse = this.lapse(sale);
    if (lapse === 'expired') sale.events.push(`expiry ${sale.position}`);
    if (lapse) this.close(sale, lapse);
    else if (this.isStepLate(sale)) {
      sale.events.push(`expiry ${sale.position}`);
      this.goTo(sale, this.stepOf(sale)?.no ?? null);
    } else return false;
    return true;
  }

  /** Nothing is sold on top of a sale that is none any more. */
  protected endIfReturned(sale: Sale): void {
    if (sale.session === 'open' && sale.items[0]?.status !== 'paid') this.close(sale, 'killed');
  }

  protected isSold(offer: OfferCode): boolean {
    return !this.withdrawn.has(offer) && !this.declined.has(offer) && !this.owns(offer);
  }

  private owns(offer: OfferCode): boolean {
    return this.sales.some(({ items }) => items.some((item) => item.offer === offer && item.status === 'paid'));
  }

  private showable(sale: Sale, position: number | null): readonly OfferCode[] {
    return (this.stepOf(sale, position)?.offers ?? []).filter((offer) => this.isSold(offer));
  }

  /** The first step from there on with something to show; who owns what it offers goes on as if they had said yes. */
  protected find(sale: Sale, from: number | null): number | null {
    for (let position = from; position !== null;) {
      const step = this.stepOf(sale, position);
      if (!step) return null;
      if (this.showable(sale, position).length > 0) return position;
      position = step.offers.some((offer) => this.owns(offer)) ? step.yes : step.no;
    }
    return null;
  }

  protected goTo(sale: Sale, from: number | null): void {
    const position = this.find(sale, from);
    if (position === null) return this.close(sale, 'completed');
    const offered = this.showable(sale, position);
    Object.assign(sale, { session: 'open', position, offered, stepEndsAt: null, failure: null, pending: null });
  }

  private close(sale: Sale, session: 'completed' | 'expired' | 'killed'): void {
    Object.assign(sale, { session, position: null, offered: [], stepEndsAt: null, failure: null, pending: null });
    this.finish(sale);
  }

  protected finish(sale: Sale): void {
    if (sale.status === 'approved') sale.status = 'finalized';
    sale.isClosed = true;
  }
}
