import { Injectable, Logger } from '@nestjs/common';
import type { ChargeCommand, MethodSummary } from '../billing-providers/index.js';
import { ChargingService, type ChargeAttempt } from '../charging/index.js';
import { Clock } from '../common/clock/index.js';
import type { Tx } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import type { Language } from '../config/index.js';
import type { User } from '../identity/index.js';
import { CrossSellProspects, type CrossSellProspect } from './cross-sell-prospects.js';
import { checkCrossSell } from './domain/check-cross-sell.js';
import { toCrossSellIntent, type CrossSell } from './domain/cross-sell.js';
import { isOpenTrigger, type UpsellTrigger } from './domain/upsell-rule.js';
import { computeCrossSellTerms, digestOf } from './offer-terms.js';
import { CrossSellRepository } from './persistence/cross-sell.repository.js';
import { SessionRepository } from './persistence/session.repository.js';
import { TriggerRepository } from './persistence/trigger.repository.js';
import { PurchasesUnderWay } from './purchases-under-way.js';
import { isSold } from './showcase.js';

/** Attempts of this purpose are about cross-sells. */
export const CROSS_SELL_PURPOSE = 'cross_sell';

/** A customer's yes to an offer by itself, with the call that is to move their money. */
export interface CrossSellAgreement {
  readonly user: User;
  readonly prospect: CrossSellProspect;
  readonly trigger: UpsellTrigger | undefined;
  readonly language: Language;
  readonly command: ChargeCommand;
  readonly cardId: string | null;
  readonly method: MethodSummary;
  readonly returnUrl: string;
  readonly agreedTerms: string | undefined;
}

export interface ClaimedCrossSell {
  readonly crossSell: CrossSell;
  readonly attemptUuid: string;
  /** False: the very same is being paid for already. */
  readonly isNew: boolean;
}

/** The one transaction between a customer's yes and the call that moves their money. */
@Injectable()
export class CrossSellClaim {
  private readonly logger = new Logger(CrossSellClaim.name);

  constructor(
    private readonly prospects: CrossSellProspects,
    private readonly charging: ChargingService,
    private readonly crossSells: CrossSellRepository,
    private readonly triggers: TriggerRepository,
    private readonly underWay: PurchasesUnderWay,
    private readonly sessions: SessionRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Nothing else is decided about this user's purchases until it ends; judges again; and makes the cross-sell and its attempt one.
   *
   * @throws ApplicationError the codes of `CrossSellRefusal`
   */
  async claim(tx: Tx, agreement: CrossSellAgreement): Promise<ClaimedCrossSell> {
    const { user, prospect } = agreement;
    const { id: offerId } = prospect.offer;
    await this.sessions.lockPurchasesOfUser(tx, user.id);
    const planGroupId = planGroupOf(prospect);
    if (planGroupId !== null) await this.sessions.lockPlansOfGroup(tx, planGroupId);
    const pending = await this.crossSells.findPending(user.id, offerId, tx);
    if (pending) return this.toPending(tx, pending);
    if (agreement.trigger) await this.lockTrigger(tx, agreement.trigger);
    // Before what is owned is looked at: a payment that comes through in between must find its intent taken.
    const ended = await this.crossSells.countEnded(tx, user.id, offerId, planGroupId);
    const digest = await this.judge(tx, agreement);
    const crossSell = await this.insert(tx, agreement, digest);
    const attempt = await this.claimAttempt(tx, agreement, crossSell, ended);
    const claimed = await this.crossSells.setAttempt(tx, crossSell.id, attempt.id);
    tx.afterCommit(() => this.log(claimed, attempt));
    return { crossSell: claimed, attemptUuid: attempt.uuid, isNew: true };
  }

  private async toPending(tx: Tx, crossSell: CrossSell): Promise<ClaimedCrossSell> {
    const { chargeAttemptId } = crossSell;
    const attempt = chargeAttemptId === null ? undefined : await this.charging.findById(chargeAttemptId, tx);
    if (!attempt) throw new Error(`Cross-sell ${crossSell.uuid} is pending without an attempt.`);
    return { crossSell, attemptUuid: attempt.uuid, isNew: false };
  }

  /** Declined, taken or over since it was looked at. */
  private async lockTrigger(tx: Tx, { id }: UpsellTrigger): Promise<void> {
    const trigger = await this.triggers.lock(tx, id);
    if (!isOpenTrigger(trigger, this.clock.now())) throw new ApplicationError('upsell_offer_changed');
  }

  /** @returns the digest of what is agreed to */
  private async judge(tx: Tx, agreement: CrossSellAgreement): Promise<string> {
    const { user, prospect: before, language, trigger, command } = agreement;
    // First what is under way, then what is owned: a payment that comes through in between is seen by one of the two.
    const buyer = { userId: user.id, groupId: before.group?.id ?? null };
    const isBeingBought = await this.underWay.include(tx, buyer, before.offer, null);
    const prospect = await this.prospects.findAgain(tx, user, before);
    const { offer, shown } = prospect;
    const terms = shown && digestOf(computeCrossSellTerms(shown, language, trigger?.uuid ?? null));
    const refusal = checkCrossSell({
      isOnSale: isSold(offer),
      isOwned: prospect.isOwned,
      hasOtherPlan: prospect.hasOtherPlan,
      terms,
      agreedTerms: agreement.agreedTerms,
      isBeingBought,
    });
    if (refusal) throw new ApplicationError(refusal);
    const isSame = shown?.price.amount === command.amount && shown.price.currency === command.currency;
    if (terms === undefined || !isSame) throw new ApplicationError('upsell_offer_changed');
    return terms;
  }

  private insert(tx: Tx, agreement: CrossSellAgreement, digest: string): Promise<CrossSell> {
    const { user, prospect, trigger, language, command, cardId, method, returnUrl } = agreement;
    const { shown } = prospect;
    if (!shown) throw new Error('A cross-sell was judged good without a price.');
    return this.crossSells.insert(tx, {
      userId: user.id,
      groupId: prospect.group?.id ?? null,
      offerId: prospect.offer.id,
      triggerId: trigger?.id ?? null,
      provider: prospect.provider,
      providerCustomerId: command.customerId,
      cardId,
      amount: command.amount,
      currency: command.currency,
      language,
      returnUrl,
      agreed: { terms: computeCrossSellTerms(shown, language, trigger?.uuid ?? null), digest, method },
      decidedAt: this.clock.now(),
    });
  }

  private async claimAttempt(
    tx: Tx,
    { user, prospect, command }: CrossSellAgreement,
    crossSell: CrossSell,
    ended: number,
  ): Promise<ChargeAttempt> {
    const claim = await this.charging.claim(tx, {
      intentKey: toCrossSellIntent(user.id, crossSell.offerId, planGroupOf(prospect), ended),
      purpose: CROSS_SELL_PURPOSE,
      subjectId: crossSell.id,
      provider: crossSell.provider,
      userId: user.id,
      amount: command.amount,
      currency: command.currency,
      command,
    });
    // Paid for, and not given yet, or paid for by a plan that has not been heard of.
    if (!claim.claimed) throw new ApplicationError('offer_owned');
    return claim.attempt;
  }

  private log(crossSell: CrossSell, attempt: ChargeAttempt): void {
    this.logger.log({
      message: 'a cross-sell was asked for',
      cross_sell_uuid: crossSell.uuid,
      attempt_uuid: attempt.uuid,
      kind: attempt.command.kind,
      by_trigger: crossSell.triggerId !== null,
    });
  }
}

/** Whom a plan is for; null: it is no plan. */
const planGroupOf = ({ offer, group }: CrossSellProspect): string | null => (offer.plan && group ? group.id : null);
