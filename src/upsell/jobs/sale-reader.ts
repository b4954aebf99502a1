import { Injectable, Logger } from '@nestjs/common';
import {
  BillingProviderRegistry,
  type DisputeFact,
  type FoundPayment,
  type RefundFact,
  type SavedCard,
} from '../../billing-providers/index.js';
import { ChargingService } from '../../charging/index.js';
import { UnitOfWork, type Tx } from '../../common/database/index.js';
import { Jobs } from '../../common/jobs/index.js';
import { computeToldMethod, type Sale } from '../domain/sale.js';
import { SaleRepository } from '../persistence/sale.repository.js';
import { SessionRepository } from '../persistence/session.repository.js';
import { ReturnedMoney } from '../returned-money.js';
import { SaleFacts } from '../sale-facts.js';
import {
  READ_CARDS,
  READ_PAYMENT,
  READ_RETURNED,
  type ReadCardsPayload,
  type ReadPaymentPayload,
  type ReadReturnedPayload,
} from './tasks.js';

/** When a payment that is nobody's yet is looked for again; what is told of a sale a day late waits in no list. */
const RETURNED_AGAIN_MINUTES = [1, 10, 60, 6 * 60, 24 * 60] as const;

/** Reads from the provider what events do not say. Never inside a transaction; a provider that fails is asked again. */
@Injectable()
export class SaleReader {
  private readonly logger = new Logger(SaleReader.name);

  constructor(
    private readonly providers: BillingProviderRegistry,
    private readonly sales: SaleRepository,
    private readonly sessions: SessionRepository,
    private readonly facts: SaleFacts,
    private readonly returned: ReturnedMoney,
    private readonly charging: ChargingService,
    private readonly unitOfWork: UnitOfWork,
    private readonly jobs: Jobs,
  ) {
    jobs.register<ReadCardsPayload>(READ_CARDS, (payload) => this.readCards(payload));
    jobs.register<ReadPaymentPayload>(READ_PAYMENT, (payload) => this.readPayment(payload));
    jobs.register<ReadReturnedPayload>(READ_RETURNED, (payload) => this.readReturned(payload));
  }

  /** Only the cards of the sale's own customer, and none where no card has paid: there would be nothing to charge again. */
  async findCards(sale: Pick<Sale, 'provider' | 'providerCustomerId' | 'methodKind'>): Promise<readonly SavedCard[]> {
    if (sale.methodKind !== 'card' || sale.providerCustomerId === null) return [];
    return this.providers.get(sale.provider).listPaymentMethods(sale.providerCustomerId);
  }

  private async readCards({ saleUuid }: ReadCardsPayload): Promise<void> {
    const sale = await this.sales.findByUuid(saleUuid);
    const session = sale && (await this.sessions.findBySale(sale.id));
    if (!sale || !session || session.methods !== null) return;
    const found = await this.providers.get(sale.provider).findPayment({ paymentId: sale.providerPaymentId });
    const told = found && computeToldMethod('claim', found.method.kind);
    const cards = await this.findCards({ ...sale, methodKind: told ?? sale.methodKind });
    await this.unitOfWork.run(async (tx) => {
      await this.sessions.lock(tx, session.id);
      await this.sales.complete(tx, sale.id, { methodKind: told });
      await this.sessions.keepMethods(tx, sale.id, cards);
    });
  }

  private async readPayment({ provider, ...reference }: ReadPaymentPayload): Promise<void> {
    const found = await this.providers.get(provider).findPayment(reference);
    // An event said that it was paid: who does not know of it yet is asked again.
    if (!found?.paid) throw new Error('The payment does not tell yet that it was paid.');
    const outcome = await this.unitOfWork.run((tx) => this.facts.applyFound(tx, provider, found));
    this.logger.log({ message: 'a payment was read', payment_id: found.paymentId, outcome });
    if (outcome.result === 'failed') throw new Error('A payment that was read cannot be made a sale.');
  }

  /** A plan's first payment may be known to us by its invoice, and given back by its own name. */
  private async readReturned({ fact, tries = 0 }: ReadReturnedPayload): Promise<void> {
    const found = await this.providers.get(fact.provider).findPayment({ paymentId: fact.paymentId });
    if (!found) return;
    const told = completeReturned(fact, found);
    if (told === fact) return;
    const outcome = await this.unitOfWork.run(async (tx) => {
      const applied = (await this.charging.applyFact(tx, told)) ?? (await this.returned.applyKnown(tx, told));
      const isRenamed = told.paymentId !== fact.paymentId;
      if (!applied && isRenamed && !found.isRecurring) await this.readReturnedLater(tx, { fact, tries: tries + 1 });
      return applied;
    });
    if (outcome) this.logger.log({ message: `a ${fact.kind} was read`, payment_id: found.paymentId, outcome });
  }

  /** The sale may be told of after its refund, and by a name that the refund's event does not wait for. */
  private async readReturnedLater(tx: Tx, payload: Required<ReadReturnedPayload>): Promise<void> {
    const minutes = RETURNED_AGAIN_MINUTES[payload.tries - 1];
    if (minutes === undefined) return;
    const runAt = new Date(Date.now() + minutes * 60_000);
    await this.jobs.add(tx, READ_RETURNED, payload, { key: `${READ_RETURNED}:${payload.fact.eventId}`, runAt });
  }
}

/**
 * What an event left open: the name that the payment has here, and all of its refunds together. The same fact where it left
 * nothing open.
 *
 * @throws Error while the payment does not tell of the refund yet: it is read again
 */
function completeReturned(fact: RefundFact | DisputeFact, found: FoundPayment): RefundFact | DisputeFact {
  const { paymentId, refundedAmount, amount, currency } = found;
  if (fact.kind === 'refund' && fact.refundedAmount === null) {
    if (!isListed(fact, found) || refundedAmount < Math.max(fact.amount, 1)) {
      throw new Error('The payment does not tell of its refund yet.');
    }
    return { ...fact, paymentId, refundedAmount, amount, currency };
  }
  return paymentId === fact.paymentId ? fact : { ...fact, paymentId };
}

const isListed = ({ refundId }: RefundFact, { isRefunded, refundIds }: FoundPayment): boolean =>
  isRefunded || refundId === null || refundIds === undefined || refundIds.includes(refundId);
