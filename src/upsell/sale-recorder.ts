import { Injectable, Logger } from '@nestjs/common';
import type { SavedCard } from '../billing-providers/index.js';
import type { Tx } from '../common/database/index.js';
import { Jobs } from '../common/jobs/index.js';
import { Entitlements } from '../notification/index.js';
import { computeToldMethod, type Sale } from './domain/sale.js';
import { READ_CARDS, type ReadCardsPayload } from './jobs/tasks.js';
import { MerchantMessages } from './merchant-messages.js';
import { SaleItemRepository } from './persistence/sale-item.repository.js';
import { SaleRepository, type NewSale, type SaleAddition } from './persistence/sale.repository.js';
import { SessionProgress } from './session-progress.js';
import { Showcase } from './showcase.js';
import { WaitingReturns } from './waiting-returns.js';

/** Makes a payment a sale, once, whoever tells of it. */
@Injectable()
export class SaleRecorder {
  private readonly logger = new Logger(SaleRecorder.name);

  constructor(
    private readonly sales: SaleRepository,
    private readonly items: SaleItemRepository,
    private readonly progress: SessionProgress,
    private readonly showcase: Showcase,
    private readonly entitlements: Entitlements,
    private readonly messages: MerchantMessages,
    private readonly waiting: WaitingReturns,
    private readonly jobs: Jobs,
  ) {}

  /**
   * Records a paid sale with its main item, gives what was bought, and begins the session. A payment that is a sale already is
   * only told more about.
   *
   * @param methods cards of the customer; null: a job reads them
   */
  async record(tx: Tx, sale: NewSale, methods: readonly SavedCard[] | null): Promise<{ sale: Sale; isNew: boolean }> {
    const inserted = await this.sales.insert(tx, sale);
    if (!inserted) return { sale: await this.addTo(tx, sale), isNew: false };
    const offer = await this.showcase.loadBought(inserted.offerId, tx);
    const main = await this.items.insert(tx, {
      saleId: inserted.id,
      kind: 'main',
      offerId: offer.id,
      stepPosition: null,
      name: offer.name,
      amount: inserted.amount,
      currency: inserted.currency,
      status: 'paid',
      providerPaymentId: inserted.providerPaymentId,
      planQuoteId: null,
      paidAt: inserted.paidAt,
    });
    if (offer.product) {
      await this.entitlements.grant(tx, {
        userId: inserted.userId,
        productId: offer.product.id,
        source: main.uuid,
      });
    }
    await this.waiting.wake(tx, inserted.provider, inserted.providerPaymentId);
    await this.messages.sale(tx, 'sale.approved', inserted);
    const session = await this.progress.begin(tx, inserted, main, methods);
    if (session && methods === null) await this.readCardsLater(tx, inserted);
    tx.afterCommit(() =>
      this.logger.log({ message: 'a sale was recorded', sale_uuid: inserted.uuid, source: inserted.source }),
    );
    return { sale: inserted, isNew: true };
  }

  /** What a later teller knows of a sale. @returns undefined when the payment is no sale */
  async complete(tx: Tx, sale: Pick<Sale, 'provider' | 'providerPaymentId'>, addition: SaleAddition): Promise<boolean> {
    const known = await this.sales.findByPayment(sale.provider, sale.providerPaymentId, tx);
    if (!known) return false;
    await this.sales.complete(tx, known.id, addition);
    return true;
  }

  private async addTo(tx: Tx, told: NewSale): Promise<Sale> {
    const known = await this.sales.findByPayment(told.provider, told.providerPaymentId, tx);
    if (!known) throw new Error('A payment is a sale already, and is not.');
    return this.sales.complete(tx, known.id, {
      methodKind: computeToldMethod(told.source, told.methodKind),
      language: told.language ?? undefined,
      returnUrl: told.returnUrl ?? undefined,
      groupId: told.groupId ?? undefined,
      checkoutId: told.providerCheckoutId ?? undefined,
      customerId: told.providerCustomerId ?? undefined,
    });
  }

  private readCardsLater(tx: Tx, sale: Sale): Promise<void> {
    const payload: ReadCardsPayload = { saleUuid: sale.uuid };
    return this.jobs.add(tx, READ_CARDS, payload, { key: `${READ_CARDS}:${sale.uuid}` });
  }
}
