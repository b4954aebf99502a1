import type { CheckoutFact, MoneyList, PaymentFact } from '../../billing-providers/index.js';
import { comparePayment } from '../domain/compare-payment.js';
import type { FoundDifference } from '../domain/difference.js';
import { listedSince } from '../domain/run.js';
import { attemptSubject, type PhaseContext, type PhaseSteps, type StepResult } from '../phase.js';
import type { PaymentContext } from './payment-context.js';

/** Payments, or the pages where something was paid, beside our attempts and sales. */
export class PaymentsPhase implements PhaseSteps {
  constructor(
    private readonly list: Extract<MoneyList, 'payments' | 'checkouts'>,
    private readonly payments: PaymentContext,
  ) {}

  async step(context: PhaseContext, cursor: string | null): Promise<StepResult> {
    const { run, provider, pace } = context;
    const since = listedSince(this.list, run.since);
    const page = await pace.call(() => provider.listMoney(this.list, since, cursor));
    const facts = page.items.filter((fact) => fact.kind === 'payment' || fact.kind === 'checkout');
    const known = await this.payments.load(provider.name, facts);
    const differences: FoundDifference[] = [];
    const sightings: string[] = [];
    let foreign = 0;
    for (const fact of facts) {
      const attempt = known.attemptOf(fact);
      const verdict = comparePayment(fact, {
        attempt,
        isSale: known.itemOf(fact.paymentId) !== undefined,
        isOurCustomer: known.isOurCustomer(fact.customerId),
        namesProducts: !provider.capabilities.sellsOwnProducts,
        subscriptionBeganAt: known.beginningOf(fact.subscriptionId),
      });
      if (attempt) sightings.push(attemptSubject(attempt.uuid));
      if (verdict.kind === 'different') differences.push(verdict.difference);
      if (verdict.kind === 'foreign') foreign += 1;
      if (verdict.kind === 'look') differences.push(...(await this.look(context, fact)));
    }
    return {
      differences,
      counts: { [this.list]: facts.length, foreign, unreadable: page.unreadable },
      sightings,
      next: page.next,
    };
  }

  private async look({ provider, pace }: PhaseContext, fact: PaymentFact | CheckoutFact): Promise<FoundDifference[]> {
    const reference = fact.kind === 'checkout' ? { checkoutId: fact.checkoutId } : { paymentId: fact.paymentId };
    const found = await pace.call(() => provider.findPayment(reference));
    const difference = found && (await this.payments.compareFound(provider.name, found));
    return difference ? [difference] : [];
  }
}
