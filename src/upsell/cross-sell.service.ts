import { Injectable, Logger } from '@nestjs/common';
import { ProviderCustomers, type MethodSummary, type SavedCard } from '../billing-providers/index.js';
import { ChargingService } from '../charging/index.js';
import { UnitOfWork } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { checkReturnUrl } from '../common/http/index.js';
import { Config, type Language } from '../config/index.js';
import { IdentityService, type User } from '../identity/index.js';
import { CrossSellClaim, type ClaimedCrossSell } from './cross-sell-claim.js';
import { CrossSellCommands } from './cross-sell-commands.js';
import { CrossSellMethods, type Sellable } from './cross-sell-methods.js';
import { CrossSellProspects, type CrossSellPlace, type CrossSellProspect } from './cross-sell-prospects.js';
import { CrossSellStates, type CrossSellState } from './cross-sell-states.js';
import { checkCrossSell, type CrossSellRefusal } from './domain/check-cross-sell.js';
import { FAILURE_TEXTS } from './domain/failure-texts.js';
import type { UpsellTrigger } from './domain/upsell-rule.js';
import { computeCrossSellTerms, digestOf } from './offer-terms.js';
import { CrossSellRepository } from './persistence/cross-sell.repository.js';
import { isSold, type ShownOffer } from './showcase.js';

/** The route that opens the provider's page for another card. */
const UPDATE_PAGE = '/api/v1/general/payment-methods/update-page';

/** What a customer asks for who buys without a sale before it. */
export interface CrossSellWish extends CrossSellPlace {
  /** A saved card; undefined: the first that can be charged. */
  readonly cardId?: string;
  /** The provider's own page, whatever cards there are. */
  readonly isCheckout?: boolean;
  /** Digest of what they were shown. */
  readonly terms?: string;
  readonly returnUrl: string;
  readonly cancelUrl: string;
  /** The moment that it was offered at. */
  readonly trigger?: UpsellTrigger;
}

/** An offer as it could be bought now. */
export interface LookedAt {
  readonly prospect: CrossSellProspect;
  /** Digest of what would be agreed to; undefined: it is not sold there. */
  readonly terms: string | undefined;
  /** Why it cannot be bought. */
  readonly refusal: CrossSellRefusal | undefined;
  /** What one click would charge; undefined: the provider's own page it would be. */
  readonly card: SavedCard | undefined;
}

/**
 * Offers that existing customers buy by themselves: by one click where a saved card can be charged, else on the provider's own
 * page; each is a sale of its own, and is paid once.
 */
@Injectable()
export class CrossSellService {
  private readonly logger = new Logger(CrossSellService.name);

  constructor(
    private readonly config: Config,
    private readonly identity: IdentityService,
    private readonly customers: ProviderCustomers,
    private readonly charging: ChargingService,
    private readonly prospects: CrossSellProspects,
    private readonly methods: CrossSellMethods,
    private readonly commands: CrossSellCommands,
    private readonly claims: CrossSellClaim,
    private readonly states: CrossSellStates,
    private readonly crossSells: CrossSellRepository,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Pays for the offer, at most once however often it is asked for. Who asks for what is being paid for already is told how it
   * goes.
   *
   * @throws ApplicationError return_url_not_allowed, the codes of `CrossSellProspects.find`, of `CrossSellRefusal` and of
   *   `MethodJudgement`, payment_declined (with `failure`, and whether a checkout is open to them), provider_unavailable,
   *   provider_refused
   */
  async buy(user: User, wish: CrossSellWish, language: Language): Promise<CrossSellState> {
    const origins = this.config.http.allowedReturnOrigins;
    const returnUrl = checkReturnUrl(wish.returnUrl, origins, 'return_url');
    const cancelUrl = checkReturnUrl(wish.cancelUrl, origins, 'cancel_url');
    const prospect = await this.prospects.find(user, wish);
    const pending = await this.crossSells.findPending(user.id, prospect.offer.id);
    if (pending) return this.states.load(pending);
    const { shown } = prospect;
    const refusal = judge(prospect, shown && termsOf(shown, language, wish.trigger), wish.terms);
    if (refusal) throw new ApplicationError(refusal);
    if (!shown) throw new Error('A cross-sell was judged good without a price.');
    const sellable = { ...prospect, shown };
    const claimed = await this.claim(user, sellable, { ...wish, returnUrl, cancelUrl }, language);
    return this.charge(claimed, language);
  }

  /** What has become of one. @throws ApplicationError cross_sell_not_found, also for somebody else's */
  async find(user: User, uuid: string): Promise<CrossSellState> {
    const crossSell = await this.crossSells.findOfUser(user.id, uuid);
    if (!crossSell) throw new ApplicationError('cross_sell_not_found');
    return this.states.load(crossSell);
  }

  /**
   * Gives up the payment that is under way, so that another way can be chosen. One that came through meanwhile counts.
   *
   * @throws ApplicationError cross_sell_not_found, upsell_payment_pending (it cannot be given up: the same page is given again),
   *   provider_unavailable
   */
  async cancel(user: User, uuid: string): Promise<CrossSellState> {
    const { crossSell, attempt } = await this.find(user, uuid);
    if (crossSell.status === 'pending') await this.charging.cancel(attempt.uuid);
    return this.find(user, uuid);
  }

  /**
   * Whether the offer could be taken now, bought or switched to; asks no provider.
   *
   * @throws ApplicationError the codes of `CrossSellProspects.find`
   */
  async isSellable(user: User, place: CrossSellPlace): Promise<boolean> {
    const prospect = await this.prospects.find(user, place);
    const { shown } = prospect;
    const refusal = judge(prospect, shown && termsOf(shown, this.config.defaultLanguage, undefined), undefined);
    return isTakeable({ prospect, refusal });
  }

  /**
   * The offer as it could be bought now; changes nothing.
   *
   * @throws ApplicationError the codes of `CrossSellProspects.find`, provider_unavailable, provider_refused
   */
  async look(user: User, place: CrossSellPlace, language: Language, trigger?: UpsellTrigger): Promise<LookedAt> {
    const prospect = await this.prospects.find(user, place);
    const { shown } = prospect;
    const terms = shown && termsOf(shown, language, trigger);
    const refusal = judge(prospect, terms, undefined);
    if (refusal || !shown) return { prospect, terms, refusal, card: undefined };
    const customerId = await this.identity.findProviderCustomer(user.id, prospect.provider);
    const { judgement, cards } = await this.methods.choose(user, { ...prospect, shown }, customerId, {});
    const method = judgement.kind === 'chosen' ? judgement.method : undefined;
    const card = cards.find(({ id }) => method?.kind === 'saved_card' && id === method.cardId);
    return { prospect, terms, refusal, card };
  }

  private async claim(
    user: User,
    prospect: Sellable,
    wish: CrossSellWish,
    language: Language,
  ): Promise<ClaimedCrossSell> {
    const customerId = await this.customers.ensure(user, prospect.provider);
    const chosen = await this.methods.choose(user, prospect, customerId, wish);
    const { judgement: judged, cards, pageMethods } = chosen;
    if (judged.kind === 'refused') throw new ApplicationError(judged.code);
    const { method } = judged;
    const cardId = method.kind === 'saved_card' ? method.cardId : null;
    const { trigger, returnUrl } = wish;
    const command = this.commands.make({ user, prospect, customerId, method, pageMethods, wish, language });
    const agreement = {
      user,
      prospect,
      trigger,
      language,
      command,
      cardId,
      method: toSummary(cards, cardId),
      returnUrl,
      agreedTerms: wish.terms,
    };
    return this.unitOfWork.run((tx) => this.claims.claim(tx, agreement));
  }

  private async charge(
    { crossSell, attemptUuid, isNew }: ClaimedCrossSell,
    language: Language,
  ): Promise<CrossSellState> {
    if (!isNew) return this.states.load(crossSell);
    const attempt = await this.charging.execute(attemptUuid);
    this.logger.log({
      message: `a cross-sell is ${attempt.status}`,
      cross_sell_uuid: crossSell.uuid,
      attempt_uuid: attemptUuid,
      code: attempt.failureCode,
    });
    if (attempt.status !== 'failed') return this.states.reload(crossSell);
    throw new ApplicationError('payment_declined', {
      extensions: {
        cross_sell_id: crossSell.uuid,
        failure: attempt.failureCode,
        failure_message: attempt.failureCode && FAILURE_TEXTS[attempt.failureCode][language],
        checkout_available: true,
        update_page: UPDATE_PAGE,
      },
    });
  }
}

function toSummary(cards: readonly SavedCard[], cardId: string | null): MethodSummary {
  const card = cards.find(({ id }) => id === cardId);
  return card ? { kind: 'card', brand: card.brand, last4: card.last4 } : { kind: 'other' };
}

const termsOf = (shown: ShownOffer, language: Language, trigger: UpsellTrigger | undefined): string =>
  digestOf(computeCrossSellTerms(shown, language, trigger?.uuid ?? null));

/** As far as can be told without a lock; the claim judges again. */
const judge = (
  { offer, isOwned, hasOtherPlan }: CrossSellProspect,
  terms: string | undefined,
  agreedTerms: string | undefined,
): CrossSellRefusal | undefined =>
  checkCrossSell({ isOnSale: isSold(offer), isOwned, hasOtherPlan, terms, agreedTerms, isBeingBought: false });

/** It can be bought, or the plan that the group has can be switched to it. */
export const isTakeable = ({ prospect, refusal }: Pick<LookedAt, 'prospect' | 'refusal'>): boolean =>
  refusal === undefined || (refusal === 'subscription_already_active' && prospect.shown?.sells === 'upgrade_plan');
