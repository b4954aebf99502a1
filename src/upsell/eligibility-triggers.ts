import { Injectable } from '@nestjs/common';
import { CatalogService, translateOffer, type Offer } from '../catalog/index.js';
import { Clock } from '../common/clock/index.js';
import { UnitOfWork } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { Config, type Language } from '../config/index.js';
import { IdentityService, type User } from '../identity/index.js';
import { isAboutGroups } from './about-groups.js';
import type { CrossSellPlace } from './cross-sell-prospects.js';
import { CrossSellService, isTakeable, type LookedAt } from './cross-sell.service.js';
import { NO_METHOD, PENDING, type Eligibility, type FaceAnswer } from './domain/eligibility.js';
import { SUBSCRIPTION_CARD } from './domain/methods.js';
import { isOpenTrigger, type UpsellTrigger } from './domain/upsell-rule.js';
import type { FaceWish } from './eligibility-sessions.js';
import { EligibilityUpgrades, type OfferedUpgrade } from './eligibility-upgrades.js';
import { toPendingView } from './pending-view.js';
import { CrossSellRepository } from './persistence/cross-sell.repository.js';
import { DecisionRepository } from './persistence/decision.repository.js';
import type { QuoteView } from './domain/view.js';
import { EligibilityRepository, type ProviderCustomer } from './persistence/eligibility.repository.js';
import { SessionRepository } from './persistence/session.repository.js';
import { TriggerRepository } from './persistence/trigger.repository.js';

/** A moment whose offer can still be taken, and the offer as it could be bought now. */
interface Offered {
  readonly trigger: UpsellTrigger & { readonly expiresAt: Date };
  readonly place: CrossSellPlace;
  readonly looked: LookedAt & { readonly terms: string };
}

/** What is offered at moments of a customer's, newest first: each is bought as a cross-sell. */
@Injectable()
export class EligibilityTriggers {
  constructor(
    private readonly config: Config,
    private readonly identity: IdentityService,
    private readonly catalog: CatalogService,
    private readonly crossSells: CrossSellService,
    private readonly upgrades: EligibilityUpgrades,
    private readonly crossSellRows: CrossSellRepository,
    private readonly triggers: TriggerRepository,
    private readonly decisions: DecisionRepository,
    private readonly eligibility: EligibilityRepository,
    private readonly sessions: SessionRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** @returns undefined when nothing is offered. @throws ApplicationError provider_unavailable, provider_refused */
  async show(user: User, customer: ProviderCustomer, language: Language): Promise<Eligibility | undefined> {
    for (const trigger of await this.triggers.findOpen(user.id, this.clock.now())) {
      if ((await this.crossSellRows.findOfTrigger(trigger.id))?.status === 'pending') return PENDING;
      const offered = await this.look(user, customer, trigger, language);
      if (offered) return toEligibility(offered, language);
    }
    return undefined;
  }

  /** @returns undefined when nothing is offered. @throws as `CrossSellService.buy` */
  async accept(
    user: User,
    customer: ProviderCustomer,
    wish: FaceWish,
    language: Language,
  ): Promise<FaceAnswer | undefined> {
    const offered = await this.findMeant(user, customer, wish, language);
    if (!offered) return this.answerAgain(user, wish);
    const { trigger, place, looked } = offered;
    const upgrade = toUpgrade(offered);
    if (upgrade) return this.upgrades.accept(user, upgrade, wish.quoteUuid);
    const back = trigger.returnUrl ?? this.config.http.allowedReturnOrigins[0] ?? this.config.http.appUrl;
    const bought = { ...place, terms: wish.terms ?? looked.terms, trigger, returnUrl: back, cancelUrl: back };
    const { crossSell, attempt, offer } = await this.crossSells.buy(user, bought, language);
    if (crossSell.status !== 'pending') return { isPaid: crossSell.status === 'paid', sessionId: crossSell.uuid };
    const { kind, url } = toPendingView(attempt, offer.uuid);
    return { isPaid: false, sessionId: crossSell.uuid, status: kind, checkoutUrl: url };
  }

  /** What an upgrade costs now. @returns undefined when none is offered. @throws as `EligibilityUpgrades.quote` */
  async quote(user: User, customer: ProviderCustomer, language: Language): Promise<QuoteView | undefined> {
    for (const trigger of await this.triggers.findOpen(user.id, this.clock.now())) {
      const offered = await this.look(user, customer, trigger, language);
      if (!offered) continue;
      const upgrade = toUpgrade(offered);
      return upgrade && this.upgrades.quote(user, upgrade);
    }
    return undefined;
  }

  /**
   * The customer says no: it is not offered to them again, at no moment and after no sale.
   *
   * @returns whether there was something to say no to
   * @throws ApplicationError upsell_payment_pending, upsell_offer_changed
   */
  async decline(user: User, customer: ProviderCustomer, wish: FaceWish, language: Language): Promise<boolean> {
    const offered = await this.findMeant(user, customer, wish, language);
    if (!offered) return false;
    await this.unitOfWork.run(async (tx) => {
      await this.sessions.lockPurchasesOfUser(tx, user.id);
      const trigger = await this.triggers.lock(tx, offered.trigger.id);
      if (!isOpenTrigger(trigger, this.clock.now())) throw new ApplicationError('upsell_offer_changed');
      const bought = await this.crossSellRows.findOfTrigger(trigger.id, tx);
      if (bought?.status === 'pending') throw new ApplicationError('upsell_payment_pending');
      await this.triggers.decide(tx, trigger.id, 'declined', this.clock.now());
    });
    return true;
  }

  /**
   * What the customer means. Without terms it is the newest, and only if it was offered after their last answer to anything: a
   * second click on another offer must not be taken for a yes to this one.
   */
  private async findMeant(
    user: User,
    customer: ProviderCustomer,
    { terms }: FaceWish,
    language: Language,
  ): Promise<Offered | undefined> {
    for (const trigger of await this.triggers.findOpen(user.id, this.clock.now())) {
      const offered = await this.look(user, customer, trigger, language);
      if (!offered || (terms !== undefined && offered.looked.terms !== terms)) continue;
      if (terms !== undefined) return offered;
      const last = await this.triggers.findLastDecision(user.id, trigger.id);
      if (last !== null && trigger.triggeredAt <= last) throw new ApplicationError('upsell_offer_changed');
      return offered;
    }
    return undefined;
  }

  private async look(
    user: User,
    { provider }: ProviderCustomer,
    trigger: UpsellTrigger,
    language: Language,
  ): Promise<Offered | undefined> {
    if (!isOpenTrigger(trigger, this.clock.now())) return undefined;
    const offer = (await this.catalog.findOffersByIds([trigger.offerId])).get(trigger.offerId);
    if (!offer || (await this.isDeclined(user, offer))) return undefined;
    const groups = await this.identity.groupsOf(user.id);
    const groupExternalId = groups.find(({ id }) => id === trigger.groupId)?.externalId;
    const place = { offerUuid: offer.uuid, groupExternalId, provider };
    const looked = await this.tryLook(user, place, trigger, language);
    if (!looked || !isTakeable(looked) || looked.terms === undefined) return undefined;
    return { trigger, place, looked: { ...looked, terms: looked.terms } };
  }

  /** A plan for a group that is theirs no more, or that they do not manage, is not offered. */
  private async tryLook(
    user: User,
    place: CrossSellPlace,
    trigger: UpsellTrigger,
    language: Language,
  ): Promise<LookedAt | undefined> {
    try {
      return await this.crossSells.look(user, place, language, trigger);
    } catch (error) {
      if (!isAboutGroups(error)) throw error;
      return undefined;
    }
  }

  private async isDeclined(user: User, { id }: Offer): Promise<boolean> {
    return (await this.decisions.findDeclinedOfferIds(user.id, [id])).has(id);
  }

  /** Whoever says yes again to what they have paid for is told so. */
  private async answerAgain(user: User, { terms, quoteUuid }: FaceWish): Promise<FaceAnswer | undefined> {
    if (quoteUuid !== undefined) return this.upgrades.answerAgain(user, quoteUuid);
    const bought = terms === undefined ? undefined : await this.eligibility.findAgreedCrossSell(user.id, terms);
    return bought?.status === 'paid' ? { isPaid: true, sessionId: bought.uuid } : undefined;
  }
}

function toEligibility({ trigger, looked }: Offered, language: Language): Eligibility {
  const { prospect, terms, card } = looked;
  const { shown } = prospect;
  const isUpgrade = shown?.sells === 'upgrade_plan';
  const cardId = isUpgrade ? SUBSCRIPTION_CARD : card?.id;
  if (cardId === undefined || !shown) return NO_METHOD;
  return {
    eligible: true,
    product: {
      id: shown.offer.uuid,
      name: translateOffer(shown.offer, language).name,
      price: shown.price.amount,
      currency: shown.price.currency,
    },
    paymentMethodId: cardId,
    terms,
    expires_at: trigger.expiresAt.toISOString(),
    source: trigger.trigger,
    quote_required: isUpgrade,
    last_failure: null,
  };
}

function toUpgrade({ trigger, place, looked }: Offered): OfferedUpgrade | undefined {
  const { offer, shown } = looked.prospect;
  if (!offer.plan || !shown?.upgrade) return undefined;
  const { groupExternalId } = place;
  const subscriptionId = shown.upgrade.subscription.id;
  return { trigger, plan: offer.plan, groupExternalId, subscriptionId, terms: looked.terms };
}
