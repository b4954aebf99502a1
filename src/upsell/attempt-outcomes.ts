import { Injectable, Logger } from '@nestjs/common';
import { ChargingService, type AttemptStatus, type ChargeAttempt } from '../charging/index.js';
import { Clock } from '../common/clock/index.js';
import type { Tx } from '../common/database/index.js';
import { Jobs } from '../common/jobs/index.js';
import { Entitlements } from '../notification/index.js';
import { PlanQuotes, REFUND_EXCESS } from '../subscription/index.js';
import { UPSELL_PURPOSE } from './accept-claim.js';
import type { SaleItem } from './domain/sale-item.js';
import type { Sale } from './domain/sale.js';
import type { Session } from './domain/session.js';
import { toEvent, type UpsellEventType } from './domain/upsell-event.js';
import { FunnelService } from './funnel.service.js';
import { MerchantMessages } from './merchant-messages.js';
import { EventRepository } from './persistence/event.repository.js';
import { SaleItemRepository } from './persistence/sale-item.repository.js';
import { SaleRepository } from './persistence/sale.repository.js';
import { SessionRepository } from './persistence/session.repository.js';
import { SessionProgress } from './session-progress.js';
import { Showcase } from './showcase.js';
import { WaitingReturns } from './waiting-returns.js';

/** The rows that an attempt decides about, locked: the session first, then its sale, then the item. */
interface Affected {
  readonly session: Session;
  readonly sale: Sale;
  readonly item: SaleItem;
}

/** What becomes of an upsell when its payment moves; runs in the transaction that moves it. */
@Injectable()
export class AttemptOutcomes {
  private readonly logger = new Logger(AttemptOutcomes.name);

  constructor(
    charging: ChargingService,
    private readonly funnels: FunnelService,
    private readonly progress: SessionProgress,
    private readonly showcase: Showcase,
    private readonly sessions: SessionRepository,
    private readonly sales: SaleRepository,
    private readonly items: SaleItemRepository,
    private readonly events: EventRepository,
    private readonly entitlements: Entitlements,
    private readonly planQuotes: PlanQuotes,
    private readonly messages: MerchantMessages,
    private readonly waiting: WaitingReturns,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {
    charging.onMoved(UPSELL_PURPOSE, (tx, attempt) => this.handle(tx, attempt));
  }

  private async handle(tx: Tx, attempt: ChargeAttempt): Promise<void> {
    switch (attempt.status) {
      case 'succeeded':
        return this.succeed(tx, attempt, await this.lock(tx, attempt));
      case 'failed':
      case 'expired':
      case 'canceled':
        return this.fail(tx, attempt, attempt.status, await this.lock(tx, attempt));
      case 'claimed':
      case 'sent':
      case 'unknown':
      case 'requires_action':
      case 'pending':
        return; // under way: the page reads the attempt
      case 'refund_due':
        // Another payment of the step holds; the item of this one was never paid.
        return this.waiting.wake(tx, attempt.provider, attempt.references.paymentId);
      case 'refunded':
        return;
      default:
        return attempt.status satisfies never;
    }
  }

  private async succeed(tx: Tx, attempt: ChargeAttempt, { session, sale, item }: Affected): Promise<void> {
    const { amount, currency, references } = attempt;
    const paid = await this.items.move(tx, item.id, 'paid', {
      amount,
      currency,
      providerPaymentId: references.paymentId ?? null,
      paidAt: this.clock.now(),
    });
    if (!paid) throw new Error(`Sale item ${item.uuid} is ${item.status} and cannot be paid.`);
    await this.give(tx, sale, paid);
    if (item.planQuoteId !== null && amount > attempt.command.amount) {
      await this.jobs.add(tx, REFUND_EXCESS, { uuid: attempt.uuid }, { key: `${REFUND_EXCESS}:${attempt.uuid}` });
    }
    await this.appendEvent(tx, session, paid, 'paid', { money: { amount, currency } });
    await this.messages.item(tx, 'upsell.paid', { sale, item: paid });
    const extended = await this.sales.move(tx, sale.id, 'extended');
    if (extended) await this.messages.sale(tx, 'sale.extended', extended);
    if (isAtStepOf(session, attempt, paid)) await this.advance(tx, session, extended ?? sale, paid);
    await this.waiting.wake(tx, attempt.provider, references.paymentId);
    tx.afterCommit(() => this.log('an upsell was paid', { session, sale, item }, attempt));
  }

  private async give(tx: Tx, sale: Sale, item: SaleItem): Promise<void> {
    const { product } = await this.showcase.loadBought(item.offerId, tx);
    // A plan is given by its subscription, which follows the provider's own events.
    if (product) await this.entitlements.grant(tx, { userId: sale.userId, productId: product.id, source: item.uuid });
    if (item.planQuoteId !== null) await this.planQuotes.move(tx, item.planQuoteId, 'applied');
  }

  private async advance(tx: Tx, session: Session, sale: Sale, item: SaleItem): Promise<void> {
    const { steps } = await this.funnels.loadVersion(session.versionId, tx);
    const step = steps.find(({ position }) => position === item.stepPosition);
    const moved = await this.progress.goTo(tx, session, sale, step?.nextOnAccept ?? null);
    await this.progress.endIfReturned(tx, moved, sale);
  }

  private async fail(
    tx: Tx,
    attempt: ChargeAttempt,
    status: Extract<AttemptStatus, 'failed' | 'expired' | 'canceled'>,
    affected: Affected,
  ): Promise<void> {
    const { session, sale, item } = affected;
    const reason = attempt.failureCode ?? status;
    const failed = await this.items.move(tx, item.id, status === 'failed' ? 'failed' : 'expired');
    if (!failed) throw new Error(`Sale item ${item.uuid} is ${item.status} and cannot fail.`);
    if (item.planQuoteId !== null) await this.planQuotes.move(tx, item.planQuoteId, 'failed');
    await this.appendEvent(tx, session, failed, 'failure', { reason });
    await this.messages.item(tx, 'upsell.failed', { sale, item: failed }, { suffix: attempt.uuid, reason });
    if (session.chargeAttemptId === attempt.id) {
      const reopened = await this.sessions.move(tx, session, {
        status: 'open',
        chargeAttemptId: null,
        lastFailure: attempt.failureCode,
      });
      await this.progress.endIfReturned(tx, reopened, sale);
    }
    tx.afterCommit(() => this.log(`an upsell was not paid: ${reason}`, affected, attempt));
  }

  private appendEvent(
    tx: Tx,
    session: Session,
    item: SaleItem,
    type: UpsellEventType,
    more: { readonly money?: { readonly amount: number; readonly currency: string }; readonly reason?: string },
  ): Promise<boolean> {
    const { stepPosition, offerId } = item;
    const happened = { stepPosition: stepPosition ?? 0, offerId, type, occurredAt: this.clock.now(), ...more };
    return this.events.append(tx, toEvent(session, happened));
  }

  private async lock(tx: Tx, attempt: ChargeAttempt): Promise<Affected> {
    const found = await this.items.findById(attempt.subjectId, tx);
    if (!found) throw new Error(`Charge attempt ${attempt.uuid} is about no sale item.`);
    const session = await this.sessions.lockBySale(tx, found.saleId);
    if (!session) throw new Error(`Charge attempt ${attempt.uuid} is about a sale without a session.`);
    const sale = await this.sales.lock(tx, found.saleId);
    return { session, sale, item: await this.items.lock(tx, found.id) };
  }

  private log(message: string, { session, sale, item }: Affected, attempt: ChargeAttempt): void {
    this.logger.log({
      message,
      sale_uuid: sale.uuid,
      session_uuid: session.uuid,
      step: item.stepPosition,
      attempt_uuid: attempt.uuid,
      code: attempt.failureCode,
    });
  }
}

/**
 * The customer waits for this very payment, or stands, with nothing under way, at the step that it was for: a payment that
 * was given up and came through after all. Whoever has gone further stays where they are.
 */
const isAtStepOf = (session: Session, attempt: ChargeAttempt, item: SaleItem): boolean =>
  session.chargeAttemptId === attempt.id || (session.status === 'open' && session.stepPosition === item.stepPosition);
