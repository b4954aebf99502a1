import { Injectable, Logger } from '@nestjs/common';
import type { ChargeCommand, SavedCard } from '../billing-providers/index.js';
import { translateOffer } from '../catalog/index.js';
import { ChargingService, type ChargeAttempt } from '../charging/index.js';
import { Clock } from '../common/clock/index.js';
import type { Tx } from '../common/database/index.js';
import { PlanQuotes } from '../subscription/index.js';
import { AcceptContexts, type AcceptSituation, type LoadedAccept } from './accept-contexts.js';
import { checkAccept, type AcceptRefusal } from './domain/check-accept.js';
import type { SaleItem } from './domain/sale-item.js';
import { toEvent } from './domain/upsell-event.js';
import { MerchantMessages } from './merchant-messages.js';
import { DecisionRepository } from './persistence/decision.repository.js';
import { EventRepository } from './persistence/event.repository.js';
import { SaleItemRepository } from './persistence/sale-item.repository.js';
import { SessionRepository } from './persistence/session.repository.js';

/** Attempts of this purpose are about sale items. */
export const UPSELL_PURPOSE = 'upsell';

/** Undoes the claim's transaction. */
export class AcceptRefused extends Error {
  override readonly name = 'AcceptRefused';

  constructor(readonly code: AcceptRefusal) {
    super(code);
  }
}

type Judged = LoadedAccept & { readonly [Member in 'step' | 'shown' | 'terms']-?: NonNullable<LoadedAccept[Member]> };

/** The one transaction between a customer's yes and the call that moves their money. */
@Injectable()
export class AcceptClaim {
  private readonly logger = new Logger(AcceptClaim.name);

  constructor(
    private readonly contexts: AcceptContexts,
    private readonly charging: ChargingService,
    private readonly planQuotes: PlanQuotes,
    private readonly sessions: SessionRepository,
    private readonly items: SaleItemRepository,
    private readonly decisions: DecisionRepository,
    private readonly events: EventRepository,
    private readonly messages: MerchantMessages,
    private readonly clock: Clock,
  ) {}

  /**
   * Locks the session before anything is looked at, so that of many at once one finds it open; judges again; and makes the item,
   * the decision, the attempt and the session's state one.
   *
   * @throws AcceptRefused, ApplicationError plan_quote_expired
   */
  async claim(
    tx: Tx,
    before: AcceptSituation,
    cards: readonly SavedCard[],
    command: ChargeCommand,
  ): Promise<ChargeAttempt> {
    const session = await this.sessions.lock(tx, before.session.id);
    await this.sessions.lockPurchasesOfUser(tx, session.userId);
    if (before.sale.groupId !== null) await this.sessions.lockPlansOfGroup(tx, before.sale.groupId);
    const situation = { ...before, session };
    const judged = await this.judge(tx, situation, cards);
    const item = await this.insertItem(tx, situation, judged, command);
    const attempt = await this.claimAttempt(tx, situation, judged, item, command);
    if (situation.quote && !(await this.planQuotes.move(tx, situation.quote.id, 'executing'))) {
      throw new AcceptRefused('upsell_offer_changed');
    }
    await this.record(tx, situation, judged, { item, attempt, cards });
    await this.sessions.move(tx, session, { status: 'charging', chargeAttemptId: attempt.id });
    await this.messages.item(tx, 'upsell.accepted', { sale: situation.sale, item });
    tx.afterCommit(() => this.log(situation, judged, attempt));
    return attempt;
  }

  private async judge(tx: Tx, situation: AcceptSituation, cards: readonly SavedCard[]): Promise<Judged> {
    const loaded = await this.contexts.load(situation, tx);
    const judgement = checkAccept({ ...loaded.context, cards });
    if (judgement.kind === 'refused') throw new AcceptRefused(judgement.code);
    const { step, shown, terms } = loaded;
    if (!step || !shown || !terms) throw new Error('An accept was judged good without an offer.');
    return { ...loaded, step, shown, terms };
  }

  private insertItem(tx: Tx, situation: AcceptSituation, judged: Judged, command: ChargeCommand): Promise<SaleItem> {
    const { sale, quote } = situation;
    const { offer } = judged.shown;
    return this.items.insert(tx, {
      saleId: sale.id,
      kind: 'upsell',
      offerId: offer.id,
      stepPosition: judged.step.position,
      name: translateOffer(offer, sale.language ?? situation.language).name,
      amount: command.amount,
      currency: command.currency,
      status: 'pending',
      providerPaymentId: null,
      planQuoteId: quote?.id ?? null,
      paidAt: null,
    });
  }

  private async claimAttempt(
    tx: Tx,
    { sale, session }: AcceptSituation,
    { step }: Judged,
    item: SaleItem,
    command: ChargeCommand,
  ): Promise<ChargeAttempt> {
    const claim = await this.charging.claim(tx, {
      intentKey: `upsell:${session.uuid}:${step.uuid}`,
      purpose: UPSELL_PURPOSE,
      subjectId: item.id,
      provider: sale.provider,
      userId: sale.userId,
      amount: command.amount,
      currency: command.currency,
      command,
    });
    if (!claim.claimed) throw new AcceptRefused('upsell_payment_pending');
    return claim.attempt;
  }

  /** What was agreed to, word for word, and what analytics counts. */
  private async record(
    tx: Tx,
    { session, wish }: AcceptSituation,
    { step, shown, terms, context }: Judged,
    made: { readonly item: SaleItem; readonly attempt: ChargeAttempt; readonly cards: readonly SavedCard[] },
  ): Promise<void> {
    const now = this.clock.now();
    const { method, installments } = wish;
    const card = made.cards.find(({ id }) => method.kind === 'saved_card' && id === method.cardId);
    await this.decisions.insertAcceptance(tx, session, {
      stepPosition: step.position,
      offerId: shown.offer.id,
      saleItemId: made.item.id,
      chargeAttemptId: made.attempt.id,
      agreed: {
        terms,
        digest: context.offer?.terms,
        method: { kind: method.kind, brand: card?.brand, last4: card?.last4 },
        installments,
      },
      decidedAt: now,
    });
    const place = { stepPosition: step.position, offerId: shown.offer.id, occurredAt: now };
    await this.events.append(tx, toEvent(session, { ...place, type: 'accept' }));
    const isFallback = method.kind !== 'saved_card' && session.lastFailure !== null;
    if (isFallback) await this.events.append(tx, toEvent(session, { ...place, type: 'fallback' }));
  }

  private log({ sale, session }: AcceptSituation, { step }: Judged, attempt: ChargeAttempt): void {
    this.logger.log({
      message: 'an upsell was accepted',
      sale_uuid: sale.uuid,
      session_uuid: session.uuid,
      step: step.position,
      attempt_uuid: attempt.uuid,
      kind: attempt.command.kind,
    });
  }
}
