import { Injectable, Logger } from '@nestjs/common';
import {
  BillingProviderRegistry,
  ProviderCustomers,
  type MethodSummary,
  type SavedCard,
} from '../billing-providers/index.js';
import { ChargingService } from '../charging/index.js';
import { Clock } from '../common/clock/index.js';
import { UnitOfWork } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { checkReturnUrl } from '../common/http/index.js';
import { Config, type Language } from '../config/index.js';
import type { User } from '../identity/index.js';
import { CrossSellClaim, type ClaimedCrossSell } from './cross-sell-claim.js';
import { CrossSellCommands } from './cross-sell-commands.js';
import { CrossSellProspects, type CrossSellPlace, type CrossSellProspect } from './cross-sell-prospects.js';
import { CrossSellStates, type CrossSellState } from './cross-sell-states.js';
import { checkCrossSell, chooseMethod, type MethodChoice } from './domain/check-cross-sell.js';
import { FAILURE_TEXTS } from './domain/failure-texts.js';
import type { UpsellTrigger } from './domain/upsell-rule.js';
import { computeCrossSellTerms, digestOf } from './offer-terms.js';
import { CrossSellRepository } from './persistence/cross-sell.repository.js';
import { asked } from './provider-failures.js';
import { isSold, type ShownOffer } from './showcase.js';

/** A card that has failed to pay an offer is not chosen for it again by itself within this time. */
const FAILED_CARD_MILLISECONDS = 24 * 3_600_000;

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

type Sellable = CrossSellProspect & { readonly shown: ShownOffer };

/**
 * Offers that existing customers buy by themselves: by one click where a saved card can be charged, else on the provider's own
 * page; each is a sale of its own, and is paid once.
 */
@Injectable()
export class CrossSellService {
  private readonly logger = new Logger(CrossSellService.name);

  constructor(
    private readonly config: Config,
    private readonly providers: BillingProviderRegistry,
    private readonly customers: ProviderCustomers,
    private readonly charging: ChargingService,
    private readonly prospects: CrossSellProspects,
    private readonly commands: CrossSellCommands,
    private readonly claims: CrossSellClaim,
    private readonly states: CrossSellStates,
    private readonly crossSells: CrossSellRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
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
    const sellable = this.judge(prospect, wish, language);
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

  /** As far as can be told without a lock; the claim judges again. */
  private judge(prospect: CrossSellProspect, { terms, trigger }: CrossSellWish, language: Language): Sellable {
    const { offer, shown, isOwned, hasOtherPlan } = prospect;
    const refusal = checkCrossSell({
      isOnSale: isSold(offer),
      isOwned,
      hasOtherPlan,
      terms: shown && digestOf(computeCrossSellTerms(shown, language, trigger?.uuid ?? null)),
      agreedTerms: terms,
      isBeingBought: false,
    });
    if (refusal) throw new ApplicationError(refusal);
    if (!shown) throw new Error('A cross-sell was judged good without a price.');
    return { ...prospect, shown };
  }

  private async claim(
    user: User,
    prospect: Sellable,
    wish: CrossSellWish,
    language: Language,
  ): Promise<ClaimedCrossSell> {
    const customerId = await this.customers.ensure(user, prospect.provider);
    const cards = await asked(this.providers.get(prospect.provider).listPaymentMethods(customerId));
    const choice = await this.toChoice(user, prospect, wish, cards);
    const judged = chooseMethod(choice);
    if (judged.kind === 'refused') throw new ApplicationError(judged.code);
    const { method } = judged;
    const cardId = method.kind === 'saved_card' ? method.cardId : null;
    const { trigger, returnUrl } = wish;
    const pageMethods = choice.pageMethods;
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

  private async toChoice(
    user: User,
    { offer, shown, provider }: Sellable,
    wish: CrossSellWish,
    cards: readonly SavedCard[],
  ): Promise<MethodChoice> {
    const now = this.clock.now();
    const { currency } = shown.price;
    const { pix } = this.providers.get(provider).capabilities;
    const since = new Date(now.getTime() - FAILED_CARD_MILLISECONDS);
    return {
      currency,
      now,
      allowedMethods: offer.allowedMethods,
      pageMethods: offer.allowedMethods.filter((method) => method === 'card' || pix.includes(currency)),
      cards,
      failedCardIds: await this.crossSells.findFailedCardIds(user.id, offer.id, since),
      wish,
    };
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
      },
    });
  }
}

function toSummary(cards: readonly SavedCard[], cardId: string | null): MethodSummary {
  const card = cards.find(({ id }) => id === cardId);
  return card ? { kind: 'card', brand: card.brand, last4: card.last4 } : { kind: 'other' };
}
