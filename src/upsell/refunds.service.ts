import { Injectable, Logger } from '@nestjs/common';
import type { RefundCommand } from '../billing-providers/index.js';
import { ChargingService, type ChargeAttempt } from '../charging/index.js';
import { UnitOfWork, type Tx } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { checkRefund } from './domain/check-refund.js';
import { computeRefundedTotal, toRefundIntent } from './domain/refund-intent.js';
import type { SaleItem } from './domain/sale-item.js';
import type { Sale } from './domain/sale.js';
import { computeRefundAttemptUuid } from './refund-attempt-uuid.js';
import { SaleItemRepository } from './persistence/sale-item.repository.js';
import { SaleRepository } from './persistence/sale.repository.js';
import { SessionRepository } from './persistence/session.repository.js';
import { ReturnedMoney } from './returned-money.js';

/** Attempts of this purpose are about sale items. */
const REFUND_PURPOSE = 'refund';

export interface RefundWish {
  /** Minor units; all that is left when it is absent. */
  readonly amount?: number;
  readonly reason?: RefundCommand['reason'];
}

/** Money that an administrator gives back, at most once for what was asked. */
@Injectable()
export class RefundsService {
  private readonly logger = new Logger(RefundsService.name);

  constructor(
    private readonly charging: ChargingService,
    private readonly returned: ReturnedMoney,
    private readonly sessions: SessionRepository,
    private readonly sales: SaleRepository,
    private readonly items: SaleItemRepository,
    private readonly unitOfWork: UnitOfWork,
  ) {
    charging.onMoved(REFUND_PURPOSE, (tx, attempt) => this.handle(tx, attempt));
  }

  /**
   * Refunds a paid item, whole or in part.
   *
   * @param requestId of the request and its repetitions: what it has refunded is not refunded again, also where the process of the
   *   first one died
   * @returns the item as it is then, and how the refund stands
   * @throws ApplicationError sale_item_not_found, refund_not_possible (not paid, more than is left, another refund is under
   *   way, or the provider refused), provider_unavailable
   */
  async refund(
    itemUuid: string,
    wish: RefundWish,
    requestId: string,
  ): Promise<{ readonly item: SaleItem; readonly sale: Sale; readonly attempt: ChargeAttempt }> {
    const found = await this.items.findByUuid(itemUuid);
    if (!found) throw new ApplicationError('sale_item_not_found');
    const { uuid } = await this.unitOfWork.run((tx) => this.claim(tx, found, wish, requestId));
    const attempt = await this.charging.execute(uuid);
    this.logger.log({ message: `a refund is ${attempt.status}`, item_uuid: itemUuid, attempt_uuid: uuid });
    if (attempt.status === 'failed') {
      if (attempt.failureCode === 'provider_unavailable') throw new ApplicationError('provider_unavailable');
      throw new ApplicationError('refund_not_possible', {
        detail: 'The payment provider refused the refund; `failure` says why.',
        extensions: { failure: attempt.failureCode },
      });
    }
    const item = await this.items.findById(found.id);
    const sale = await this.sales.findById(found.saleId);
    if (!item || !sale) throw new Error(`Sale item ${itemUuid} is gone.`);
    return { item, sale, attempt };
  }

  private async claim(tx: Tx, found: SaleItem, wish: RefundWish, requestId: string): Promise<ChargeAttempt> {
    await this.sessions.lockBySale(tx, found.saleId);
    const sale = await this.sales.lock(tx, found.saleId);
    const item = await this.items.lock(tx, found.id);
    const { uuid, known } = await this.findOwn(tx, requestId);
    if (known) return known;
    const check = checkRefund(item, wish.amount);
    if (!check.isPossible) throw new ApplicationError('refund_not_possible', { detail: check.reason });
    const amount = wish.amount ?? item.amount - item.refundedAmount;
    const claim = await this.charging.claim(tx, {
      uuid,
      intentKey: toRefundIntent(item),
      purpose: REFUND_PURPOSE,
      subjectId: item.id,
      provider: sale.provider,
      userId: sale.userId,
      amount,
      currency: item.currency,
      command: {
        kind: 'refund',
        customerId: sale.providerCustomerId ?? '',
        paymentId: check.paymentId,
        amount,
        currency: item.currency,
        reason: wish.reason ?? 'requested_by_customer',
      },
    });
    if (!claim.claimed) {
      throw new ApplicationError('refund_not_possible', { detail: 'Another refund of this item is under way.' });
    }
    return claim.attempt;
  }

  /**
   * What the same request has begun before. One that has failed is tried anew: only a request that was told so comes again.
   *
   * @returns the name that an attempt of the request takes now, and the attempt that has it already
   */
  private async findOwn(tx: Tx, requestId: string): Promise<{ readonly uuid: string; readonly known?: ChargeAttempt }> {
    for (let tries = 0; ; tries++) {
      const uuid = computeRefundAttemptUuid(requestId, tries);
      const known = await this.charging.find(uuid, tx);
      if (!known) return { uuid };
      if (known.status !== 'failed') return { uuid, known };
    }
  }

  private async handle(tx: Tx, attempt: ChargeAttempt): Promise<void> {
    if (attempt.status !== 'succeeded') return;
    const item = await this.items.findById(attempt.subjectId, tx);
    if (!item) throw new Error(`Charge attempt ${attempt.uuid} refunds no sale item.`);
    await this.returned.refund(tx, item, computeRefundedTotal(attempt));
  }
}
