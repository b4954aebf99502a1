import type { DisputeFact, FoundPayment, MoneyList, RefundFact } from '../../billing-providers/index.js';
import { hasSucceeded } from '../domain/compare-payment.js';
import { compareDispute, compareRefund, type KnownOfReturned } from '../domain/compare-returned.js';
import type { FoundDifference } from '../domain/difference.js';
import { listedSince } from '../domain/run.js';
import type { PhaseContext, PhaseSteps, StepResult } from '../phase.js';
import type { KnownPayments, PaymentContext } from './payment-context.js';

/** What a payment has been since it was read: under its name here, with all of its refunds. */
interface Told<Fact> {
  readonly fact: Fact;
  readonly known: KnownOfReturned;
}

/** Refunds, or disputes, beside what was bought. */
export class ReturnedPhase implements PhaseSteps {
  constructor(
    private readonly list: Extract<MoneyList, 'refunds' | 'disputes'>,
    private readonly payments: PaymentContext,
  ) {}

  async step(context: PhaseContext, cursor: string | null): Promise<StepResult> {
    const { run, provider, pace } = context;
    const since = listedSince(this.list, run.since);
    const page = await pace.call(() => provider.listMoney(this.list, since, cursor));
    const facts = page.items.filter((fact) => fact.kind === 'refund' || fact.kind === 'dispute');
    const known = await this.payments.load(provider.name, facts);
    const differences: FoundDifference[] = [];
    let foreign = 0;
    for (const fact of distinct(facts)) {
      const told = await this.complete(context, fact, known);
      if (!told) foreign += 1;
      const difference = told && compare(told);
      if (difference) differences.push(difference);
    }
    return {
      differences,
      counts: { [this.list]: facts.length, foreign, unreadable: page.unreadable },
      sightings: [],
      next: page.next,
    };
  }

  /**
   * Reads the payment where the list leaves something open: what all refunds come to, or who it is to us, since a plan's first
   * payment has another name here.
   *
   * @returns undefined when it is none of ours
   */
  private async complete<Fact extends RefundFact | DisputeFact>(
    context: PhaseContext,
    fact: Fact,
    known: KnownPayments,
  ): Promise<Told<Fact> | undefined> {
    const item = known.itemOf(fact.paymentId);
    const attempt = known.attemptOf(fact);
    const isWhole = fact.kind === 'dispute' || fact.refundedAmount !== null;
    if (isWhole && (item || attempt)) return { fact, known: { item, attempt, isAboutToBeKnown: false } };
    const { provider, pace } = context;
    const found = await pace.call(() => provider.findPayment({ paymentId: fact.paymentId }));
    return found && this.recognise(context, fact, found);
  }

  private async recognise<Fact extends RefundFact | DisputeFact>(
    { provider }: PhaseContext,
    fact: Fact,
    found: FoundPayment,
  ): Promise<Told<Fact> | undefined> {
    const { paymentId, refundedAmount, amount, currency } = found;
    const money = fact.kind === 'refund' ? { refundedAmount, amount, currency } : {};
    const told = { ...fact, paymentId, ...money };
    const known = await this.payments.load(provider.name, [told]);
    const item = known.itemOf(paymentId);
    const attempt = await this.payments.findAttempt(provider.name, found);
    const isOpen = attempt !== undefined && !hasSucceeded(attempt) && found.paid;
    const isUnknownSale = (await this.payments.compareFound(provider.name, found))?.type === 'sale_unknown';
    if (!item && !attempt && !isUnknownSale) return undefined;
    return { fact: told, known: { item, attempt, isAboutToBeKnown: !item && (isOpen || isUnknownSale) } };
  }
}

function compare({ fact, known }: Told<RefundFact | DisputeFact>): FoundDifference | undefined {
  if (fact.kind === 'dispute') return compareDispute(fact, known);
  const { refundedAmount } = fact;
  return refundedAmount === null ? undefined : compareRefund({ ...fact, refundedAmount }, known);
}

/** Several refunds of one payment say the same of it. */
const distinct = <Fact extends RefundFact | DisputeFact>(facts: readonly Fact[]): readonly Fact[] => [
  ...new Map(facts.map((fact) => [fact.kind === 'refund' ? fact.paymentId : fact.disputeId, fact])).values(),
];
