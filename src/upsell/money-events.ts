import { Injectable } from '@nestjs/common';
import type { FoundPayment, MoneyFact, ProviderName } from '../billing-providers/index.js';
import { ChargingService } from '../charging/index.js';
import type { Tx } from '../common/database/index.js';
import type { FactOutcome } from '../subscription/index.js';
import { KnownPaymentRepository, type KnownPayment } from './persistence/known-payment.repository.js';
import { ReturnedMoney } from './returned-money.js';
import { SaleFacts } from './sale-facts.js';

/** What providers say about money: our own charges, sales, refunds, disputes. */
@Injectable()
export class MoneyEvents {
  constructor(
    private readonly charging: ChargingService,
    private readonly sales: SaleFacts,
    private readonly returned: ReturnedMoney,
    private readonly known: KnownPaymentRepository,
  ) {}

  /** Applies facts in the caller's transaction. @returns an outcome for each, in the order given */
  async apply(tx: Tx, facts: readonly MoneyFact[]): Promise<readonly FactOutcome[]> {
    const outcomes = new Map<MoneyFact, FactOutcome>();
    // Two batches at once lock what they have in common in one order.
    for (const fact of facts.toSorted(byPayment)) outcomes.set(fact, await this.applyOne(tx, fact));
    return facts.map((fact) => outcomes.get(fact)!);
  }

  /** A payment that was read from its provider: it becomes the sale that nobody has told of. */
  applyFound(tx: Tx, provider: ProviderName, found: FoundPayment): Promise<FactOutcome> {
    return this.sales.applyFound(tx, provider, found);
  }

  /** What was bought by these payments. */
  findKnown(provider: ProviderName, paymentIds: readonly string[]): Promise<readonly KnownPayment[]> {
    return this.known.find(provider, paymentIds);
  }

  private async applyOne(tx: Tx, fact: MoneyFact): Promise<FactOutcome> {
    const own = await this.charging.applyFact(tx, fact);
    if (own) return own;
    switch (fact.kind) {
      case 'payment':
      case 'checkout':
        return this.sales.apply(tx, fact);
      case 'refund':
      case 'dispute':
        return this.returned.apply(tx, fact);
      default:
        return fact satisfies never;
    }
  }
}

const byPayment = (left: MoneyFact, right: MoneyFact): number => keyOf(left).localeCompare(keyOf(right));
const keyOf = (fact: MoneyFact): string => fact.paymentId ?? (fact.kind === 'checkout' ? fact.checkoutId : '');
