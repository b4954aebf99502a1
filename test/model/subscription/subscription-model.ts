import {
  addMonths,
  DAY,
  HOUR,
  PLANS,
  type Answer,
  type Invoice,
  type Mode,
  type Plan,
  type Quote,
  type Row,
} from './subscription-terms.js';

const QUOTE = 15 * 60_000;
const GRACE = 3 * DAY;
/** Days between the tries of an invoice. */
const TRIES = [3, 5, 7];
const CANCELING: Answer = { status: 409, code: 'subscription_canceling' };
const NOT_FOUND: Answer = { status: 404, code: 'subscription_not_found' };
const UNCHANGEABLE: Answer = { status: 409, code: 'subscription_not_changeable' };
const UNCHANGED: Answer = { status: 409, code: 'plan_unchanged' };
const EXCEEDED: Answer = { status: 409, code: 'plan_limits_exceeded' };
const EXPIRED: Answer = { status: 410, code: 'plan_quote_expired' };

/** What is promised of a group's subscription. Times in milliseconds. */
export class SubscriptionModel {
  plan: Plan = 'basic';
  status: 'active' | 'past_due' | 'canceled' = 'canceled';
  scheduled: Plan | null = null;
  isEnding = false;
  deadline = 0;
  history: Row[] = [];
  quotes: Quote[] = [];
  isCardGood = true;
  seats = 0;
  readonly charges: number[] = [];
  isMailHeld = false;
  /** Something has happened that nobody has been told of yet. */
  isBehind = false;
  /** Whether every step of the way was told: where events say no more than the state at their delivery, some are lost. */
  isHistoryWhole = true;
  private anchor = 0;
  private invoice: Invoice | null = null;

  constructor(
    readonly provider: 'stripe' | 'dodo',
    public now: number,
  ) {}

  /** Stripe switches first and takes the money an hour later; Dodo takes it first. */
  private get paysLater(): boolean {
    return this.provider === 'stripe';
  }

  get isPaymentOpen(): boolean {
    return this.invoice !== null;
  }

  /** Only upwards, or without credit: what is owed to a customer is the provider's arithmetic. */
  leavesCredit(plan: Plan, mode: Mode): boolean {
    const isLess = PLANS[plan].price < PLANS[this.plan].price;
    return isLess && (mode === 'prorated_immediately' || mode === 'difference_immediately');
  }

  /** Where the customer may go on; null: nothing. */
  access(): Plan | null {
    if (this.status === 'canceled' || (this.status === 'past_due' && !this.paysLater)) return null;
    const begun = this.history.filter(({ status }) => status === 'active');
    const at = begun.findLastIndex(({ payment }) => payment === 'paid');
    const paid = begun[at];
    if (!paid) return null;
    const until = this.isEnding ? Math.min(this.deadline, paid.periodEnd + GRACE) : paid.periodEnd + GRACE;
    if (this.now >= until) return null;
    const begunSince = begun.slice(at + 1).map(({ plan }) => plan);
    return begunSince.reduce((one, plan) => (PLANS[plan].price < PLANS[one].price ? plan : one), paid.plan);
  }

  subscribe(plan: Plan): void {
    this.anchor = this.now;
    const deadline = addMonths(this.now, 1);
    const row: Row = { type: 'new', from: null, plan, status: 'active', payment: 'paid', periodEnd: deadline };
    Object.assign(this, { plan, status: 'active', scheduled: null, isEnding: false, deadline, invoice: null });
    Object.assign(this, { history: [row], quotes: [], isHistoryWhole: true, isCardGood: true });
    this.charges.push(PLANS[plan].price);
  }

  schedule(plan: Plan): Answer {
    if (this.status === 'canceled') return NOT_FOUND;
    if (this.isEnding) return CANCELING;
    if (plan === this.plan) return UNCHANGED;
    if (plan === this.scheduled) return { status: 202 };
    if (this.isTooSmall(plan)) return EXCEEDED;
    this.plans(plan);
    return { status: 202 };
  }

  /** Wherever it was chosen. */
  plans(plan: Plan): void {
    this.dropScheduled();
    this.scheduled = plan;
    const { deadline: periodEnd } = this;
    this.history.push({ type: 'change', from: this.plan, plan, status: 'pending', payment: 'pending', periodEnd });
  }

  undo(): Answer {
    if (this.status === 'canceled') return NOT_FOUND;
    if (this.scheduled === null) return { status: 404, code: 'no_scheduled_change' };
    this.dropScheduled();
    return { status: 202 };
  }

  cancel(): Answer {
    if (this.status === 'canceled') return NOT_FOUND;
    this.dropScheduled();
    this.isEnding = true;
    return { status: 202 };
  }

  resume(): Answer {
    if (this.status === 'canceled') return NOT_FOUND;
    this.isEnding = false;
    return { status: 202 };
  }

  /** @returns why not; else there is a quote more */
  preview(plan: Plan, mode: Mode): Answer | undefined {
    const refusal = this.status === 'canceled' ? NOT_FOUND : this.refuseNow(plan);
    if (refusal) return refusal;
    this.quote(plan, mode);
    return undefined;
  }

  /** Minor units that a switch at once costs. */
  priceOf(plan: Plan, mode: Mode): number {
    const [before, after] = [PLANS[this.plan].price, PLANS[plan].price];
    const left = (this.deadline - this.now) / (this.deadline - addMonths(this.anchor, this.periods - 1));
    switch (mode) {
      case 'prorated_immediately':
        return (after - before) * left;
      case 'difference_immediately':
        return after - before;
      case 'full_immediately':
        return after;
      case 'do_not_bill':
        return 0;
    }
  }

  /** When it is billed next after a switch at once. Dodo begins a period anew by every mode that bills. */
  billedNext(mode: Mode): number {
    return this.beginsAnew(mode) ? addMonths(this.now, 1) : this.deadline;
  }

  /** What becomes of executing a quote; `changed`: there is another one. */
  judge(quote: Quote): Answer | 'changed' | 'declined' | 'go' {
    if (quote.status === 'applied') return { status: 200 };
    if (quote.status === 'failed') return 'declined';
    if (quote.status === 'over' || quote.expiresAt <= this.now) return EXPIRED;
    const refusal = this.refuseNow(quote.plan);
    if (refusal) return refusal;
    if (quote.from !== this.plan || quote.replaced !== this.scheduled) return 'changed';
    if (this.isTooSmall(quote.plan)) return EXCEEDED;
    return this.isCardGood || quote.mode === 'do_not_bill' ? 'go' : 'declined';
  }

  /** @param charge what the provider took */
  execute(quote: Quote, charge: number): void {
    quote.status = 'applied';
    if (charge > 0) this.charges.push(charge);
    this.changeNow(quote.plan, quote.mode);
  }

  changeNow(plan: Plan, mode: Mode): void {
    this.dropScheduled();
    const deadline = this.billedNext(mode);
    if (this.beginsAnew(mode)) this.anchor = this.now;
    this.history.push({
      type: 'change',
      from: this.plan,
      plan,
      status: 'active',
      payment: 'paid',
      periodEnd: deadline,
    });
    Object.assign(this, { plan, deadline });
  }

  /** Takes the place of what was quoted before. */
  quote(plan: Plan, mode: Mode): void {
    for (const quote of this.quotes) if (quote.status === 'open') quote.status = 'over';
    const { plan: from, scheduled: replaced } = this;
    this.quotes.push({ from, plan, mode, replaced, expiresAt: this.now + QUOTE, status: 'open' });
  }

  /** Another card. Dodo takes what is owed at once, while its owner is there, and the late period begins then. */
  useCard(isGood: boolean): void {
    this.isCardGood = isGood;
    if (this.status !== 'past_due' || this.paysLater) return;
    this.anchor = this.now;
    this.beginPeriod(addMonths(this.now, 1)).payment = 'paid';
    this.charges.push(PLANS[this.plan].price);
    this.status = 'active';
  }

  /** @returns whether anything has happened by itself */
  advance(milliseconds: number): boolean {
    const to = this.now + milliseconds;
    let happened = false;
    for (let next = this.next(); next <= to; next = this.next()) {
      this.now = next;
      happened = true;
      if (next === this.invoice?.dueAt) this.collect();
      else this.renew();
    }
    this.now = to;
    return happened;
  }

  private next(): number {
    if (this.status === 'canceled') return Infinity;
    const renewal = this.status === 'past_due' && !this.paysLater ? Infinity : this.deadline;
    return Math.min(renewal, this.invoice?.dueAt ?? Infinity);
  }

  private renew(): void {
    if (this.isEnding) return this.end();
    const deadline = addMonths(this.anchor, this.periods + 1);
    if (this.paysLater) {
      const row = this.beginPeriod(deadline);
      this.invoice = { row, amount: PLANS[this.plan].price, tries: 0, dueAt: this.now + HOUR };
    } else if (this.isCardGood) {
      this.beginPeriod(deadline).payment = 'paid';
      this.charges.push(PLANS[this.plan].price);
    } else {
      this.status = 'past_due';
      for (const row of this.history) if (row.status === 'pending') row.payment = 'failed';
    }
  }

  private beginPeriod(periodEnd: number): Row {
    const pending = this.history.find(({ status }) => status === 'pending');
    const plan = this.scheduled ?? this.plan;
    const plain: Row = { type: 'renewal', from: null, plan, status: 'active', payment: 'pending', periodEnd };
    if (!pending) this.history.push(plain);
    Object.assign(this, { plan, scheduled: null, deadline: periodEnd });
    return Object.assign(pending ?? plain, { status: 'active', periodEnd });
  }

  private collect(): void {
    const { row, amount, tries } = this.invoice!;
    this.invoice = null;
    if (this.isCardGood) {
      row.payment = 'paid';
      this.charges.push(amount);
      this.status = 'active';
      return;
    }
    row.payment = 'failed';
    const days = TRIES[tries];
    if (days === undefined) return this.end();
    this.status = 'past_due';
    this.invoice = { row, amount, tries: tries + 1, dueAt: this.now + days * DAY };
  }

  private end(): void {
    this.dropScheduled();
    Object.assign(this, { status: 'canceled', invoice: null });
  }

  private refuseNow(plan: Plan): Answer | undefined {
    if (this.status !== 'active') return UNCHANGEABLE;
    if (this.isEnding) return CANCELING;
    return plan === this.plan ? UNCHANGED : undefined;
  }

  private dropScheduled(): void {
    this.scheduled = null;
    for (const row of this.history) if (row.status === 'pending') row.status = 'inactive';
  }

  private isTooSmall(plan: Plan): boolean {
    return this.seats > PLANS[plan].seats;
  }

  private beginsAnew(mode: Mode): boolean {
    return this.paysLater ? mode === 'full_immediately' : mode !== 'do_not_bill';
  }

  /** Of those that began at the anchor, up to the one that runs. */
  private get periods(): number {
    let count = 1;
    while (addMonths(this.anchor, count) < this.deadline) count += 1;
    return count;
  }
}
