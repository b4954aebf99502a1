import { Injectable, Logger } from '@nestjs/common';
import type { DisputeFact, RefundFact } from '../billing-providers/index.js';
import { ChargingService, type AttemptStatus } from '../charging/index.js';
import { Clock } from '../common/clock/index.js';
import type { Tx } from '../common/database/index.js';
import { Jobs } from '../common/jobs/index.js';
import { Entitlements } from '../notification/index.js';
import type { FactOutcome } from '../subscription/index.js';
import { computePaymentWakeKey } from './domain/payment-wake-key.js';
import { computeDispute, computeRefund, type DisputeEffect, type SaleItem } from './domain/sale-item.js';
import type { Sale } from './domain/sale.js';
import type { Session } from './domain/session.js';
import { toEvent } from './domain/upsell-event.js';
import { READ_RETURNED, type ReadReturnedPayload } from './jobs/tasks.js';
import { MerchantMessages } from './merchant-messages.js';
import { EventRepository } from './persistence/event.repository.js';
import { SaleItemRepository } from './persistence/sale-item.repository.js';
import { SaleRepository } from './persistence/sale.repository.js';
import { SessionRepository } from './persistence/session.repository.js';
import { SessionProgress } from './session-progress.js';

const NO_NEWS: FactOutcome = { result: 'ignored', reason: 'no_news' };
const APPLIED: FactOutcome = { result: 'applied' };
const HAS_SUCCEEDED: ReadonlySet<AttemptStatus> = new Set(['succeeded', 'refund_due', 'refunded']);

interface Locked {
  readonly session: Session | undefined;
  readonly sale: Sale;
  readonly item: SaleItem;
}

/** Money that goes back, or is fought over: ours or made in the provider's dashboard, it is the same. */
@Injectable()
export class ReturnedMoney {
  private readonly logger = new Logger(ReturnedMoney.name);

  constructor(
    private readonly items: SaleItemRepository,
    private readonly sales: SaleRepository,
    private readonly sessions: SessionRepository,
    private readonly progress: SessionProgress,
    private readonly events: EventRepository,
    private readonly entitlements: Entitlements,
    private readonly messages: MerchantMessages,
    private readonly charging: ChargingService,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /**
   * Of a payment that is nobody's here, or that nobody has told of yet: it waits for it, and is read in case it is ours under another name. A refund that does
   * not know what was given back altogether is read too.
   */
  async apply(tx: Tx, fact: RefundFact | DisputeFact): Promise<FactOutcome> {
    const outcome = await this.applyKnown(tx, fact);
    if (outcome) return outcome;
    const payload: ReadReturnedPayload = { fact };
    await this.jobs.add(tx, READ_RETURNED, payload, { key: `${READ_RETURNED}:${fact.eventId}` });
    if (await this.isKnown(tx, fact)) return APPLIED;
    return { result: 'foreign', waitingFor: computePaymentWakeKey(fact.provider, fact.paymentId) };
  }

  /** A charge of ours that nobody has told us was paid will be an item, or not: until then there is nothing to take back. */
  private async isKnown(tx: Tx, { provider, paymentId }: RefundFact | DisputeFact): Promise<boolean> {
    if (await this.items.findByPayment(provider, paymentId, tx)) return true;
    const attempt = await this.charging.findByPayment(provider, paymentId, tx);
    return attempt !== undefined && HAS_SUCCEEDED.has(attempt.status);
  }

  /** @returns undefined when the payment is none of ours, or the refund does not say what it comes to */
  async applyKnown(tx: Tx, fact: RefundFact | DisputeFact): Promise<FactOutcome | undefined> {
    const item = await this.items.findByPayment(fact.provider, fact.paymentId, tx);
    if (!item) return undefined;
    if (fact.kind === 'dispute') return this.applyDispute(tx, item, fact);
    if (fact.refundedAmount === null) return undefined;
    return (await this.refund(tx, item, fact.refundedAmount)) ? APPLIED : NO_NEWS;
  }

  private async applyDispute(tx: Tx, found: SaleItem, fact: DisputeFact): Promise<FactOutcome> {
    if (fact.status === 'warning') return { result: 'ignored', reason: 'inquiry' };
    const locked = await this.lock(tx, found);
    const { item } = locked;
    const change = computeDispute(item.disputes, fact.disputeId, fact.status);
    if (!change) return NO_NEWS;
    await this.items.setDisputes(tx, item.id, change.disputes);
    if (change.effect) await this.applyEffect(tx, item, change.effect);
    await this.endOffers(tx, locked);
    tx.afterCommit(() =>
      this.logger.warn({ message: `a dispute is ${fact.status}`, item_uuid: item.uuid, dispute_id: fact.disputeId }),
    );
    return APPLIED;
  }

  /**
   * @param total minor units: all refunds of the item together
   * @returns whether it was news
   */
  async refund(tx: Tx, { id, saleId }: Pick<SaleItem, 'id' | 'saleId'>, total: number): Promise<boolean> {
    const { session, sale, item } = await this.lock(tx, { id, saleId });
    const effect = computeRefund(item, total);
    if (!effect) return false;
    await this.items.setRefunded(tx, item.id, effect.refundedAmount);
    if (effect.isFull) {
      await this.items.move(tx, item.id, 'refunded');
      await this.entitlements.revoke(tx, item.uuid, 'refund');
      await this.endOffers(tx, { session, sale, item });
    }
    await this.tell(tx, { session, sale, item }, effect);
    tx.afterCommit(() =>
      this.logger.log({ message: 'a sale item was refunded', item_uuid: item.uuid, total: effect.refundedAmount }),
    );
    return true;
  }

  private async tell(
    tx: Tx,
    { session, sale, item }: Locked,
    effect: { readonly refundedAmount: number; readonly added: number; readonly isFull: boolean },
  ): Promise<void> {
    const { refundedAmount, added, isFull } = effect;
    const refunded: SaleItem = { ...item, refundedAmount, status: isFull ? 'refunded' : item.status };
    await this.messages.item(
      tx,
      item.kind === 'main' ? 'sale.refunded' : 'upsell.refunded',
      { sale, item: refunded },
      { suffix: String(refundedAmount), added_amount: added, is_full: isFull },
    );
    if (!session || item.stepPosition === null) return;
    const { stepPosition, offerId, currency } = item;
    const money = { amount: added, currency };
    const happened = { stepPosition, offerId, type: 'refund', money, occurredAt: this.clock.now() } as const;
    await this.events.append(tx, toEvent(session, happened));
  }

  /** An upsell that is given back leaves what is offered next as it is. */
  private async endOffers(tx: Tx, { session, sale, item }: Locked): Promise<void> {
    if (session && item.kind === 'main') await this.progress.endIfReturned(tx, session, sale);
  }

  private applyEffect(tx: Tx, { uuid }: SaleItem, effect: DisputeEffect): Promise<void> {
    switch (effect) {
      case 'suspend':
        return this.entitlements.suspend(tx, uuid, 'dispute');
      case 'restore':
        return this.entitlements.restore(tx, uuid);
      case 'revoke':
        return this.entitlements.revoke(tx, uuid, 'dispute');
      default:
        return effect satisfies never;
    }
  }

  private async lock(tx: Tx, { id, saleId }: Pick<SaleItem, 'id' | 'saleId'>): Promise<Locked> {
    const session = await this.sessions.lockBySale(tx, saleId);
    const sale = await this.sales.lock(tx, saleId);
    return { session, sale, item: await this.items.lock(tx, id) };
  }
}
