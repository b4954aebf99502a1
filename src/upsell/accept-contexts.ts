import { Injectable } from '@nestjs/common';
import { BillingProviderRegistry } from '../billing-providers/index.js';
import { CatalogService } from '../catalog/index.js';
import { Clock } from '../common/clock/index.js';
import type { Tx } from '../common/database/index.js';
import { Config, type Language } from '../config/index.js';
import type { PlanQuote } from '../subscription/index.js';
import type { AcceptContext, PaymentWish } from './domain/check-accept.js';
import type { FunnelStep } from './domain/funnel.js';
import { computeInstallments } from './domain/installments.js';
import type { Sale } from './domain/sale.js';
import { computeLapse, type Session } from './domain/session.js';
import type { Terms } from './domain/terms.js';
import { FunnelService } from './funnel.service.js';
import { computeTerms, digestOf } from './offer-terms.js';
import { PurchasesUnderWay } from './purchases-under-way.js';
import { Showcase, type ShownOffer } from './showcase.js';

/** What a page asks for when the customer says yes. */
export interface AcceptWish {
  readonly stepUuid: string;
  readonly offerUuid: string;
  readonly method: PaymentWish;
  readonly installments: number;
  /** Digest of what the page showed. */
  readonly terms: string;
  readonly quoteUuid?: string;
}

/** Whose yes it is, to what. */
export interface AcceptSituation {
  readonly sale: Sale;
  readonly session: Session;
  /** Of the caller; the sale's own comes first. */
  readonly language: Language;
  readonly wish: AcceptWish;
  /** That the wish names, as it is stored. */
  readonly quote: PlanQuote | undefined;
}

export interface LoadedAccept {
  readonly context: AcceptContext;
  readonly step: FunnelStep | undefined;
  readonly shown: ShownOffer | undefined;
  readonly terms: Terms | undefined;
}

/** Gathers all that an accept is judged by. */
@Injectable()
export class AcceptContexts {
  constructor(
    private readonly config: Config,
    private readonly providers: BillingProviderRegistry,
    private readonly catalog: CatalogService,
    private readonly funnels: FunnelService,
    private readonly showcase: Showcase,
    private readonly underWay: PurchasesUnderWay,
    private readonly clock: Clock,
  ) {}

  /** @param tx that of the claim: then also what the customer is just buying elsewhere counts */
  async load(situation: AcceptSituation, tx?: Tx): Promise<LoadedAccept> {
    const { sale, session, wish } = situation;
    const version = await this.funnels.loadVersion(session.versionId, tx);
    const isKilled = await this.funnels.isKilled(session.versionId, tx);
    const step = version.steps.find(({ position }) => position === session.stepPosition);
    const offers = [...(await this.catalog.findOffersByIds(session.offeredOfferIds, tx)).values()];
    const offer = offers.find(({ uuid }) => uuid === wish.offerUuid);
    // First what is under way, then what is owned: a payment that comes through in between is seen by one of the two.
    const isTaken = offer !== undefined && tx !== undefined && (await this.underWay.include(tx, sale, offer, sale.id));
    const shown = offer && (await this.showcase.select(sale, [offer], { tx, withHistory: true })).get(offer.id);
    const language = sale.language ?? situation.language;
    const place = step && { version, step, language, defaultLanguage: this.config.defaultLanguage };
    const terms = place && shown && !isTaken ? computeTerms(shown, place, situation.quote) : undefined;
    const context: AcceptContext = {
      session: { status: session.status, lapse: computeLapse(session, this.clock.now(), isKilled) },
      stepUuid: step?.uuid ?? null,
      offeredOfferIds: session.offeredOfferIds,
      wish: {
        stepUuid: wish.stepUuid,
        offerId: offer?.id,
        terms: wish.terms,
        method: wish.method,
        installments: wish.installments,
      },
      offer: step && terms && shown ? this.toAcceptedOffer(situation, step, shown, digestOf(terms)) : undefined,
      cards: undefined,
    };
    return { context, step, shown, terms };
  }

  private toAcceptedOffer(
    { sale, wish, quote }: AcceptSituation,
    step: FunnelStep,
    shown: ShownOffer,
    terms: string,
  ): NonNullable<AcceptContext['offer']> {
    const { offer, price } = shown;
    const rules = { maximum: offer.maximumInstallments, minimumAmount: offer.minimumInstallmentAmount };
    const { capabilities } = this.providers.get(sale.provider);
    const isUpgrade = shown.sells === 'upgrade_plan';
    return {
      situation: this.showcase.situationOf(sale, step, shown, []),
      terms,
      installments: computeInstallments(price, rules, capabilities.installments),
      // A quote where none is needed would be a term that nobody keeps.
      isQuoteGood: isUpgrade ? this.isGood(quote, sale, shown) : wish.quoteUuid === undefined ? null : false,
    };
  }

  private isGood(quote: PlanQuote | undefined, sale: Sale, { upgrade, offer, price }: ShownOffer): boolean {
    return (
      quote !== undefined &&
      quote.status === 'open' &&
      quote.expiresAt > this.clock.now() &&
      quote.userId === sale.userId &&
      quote.subscriptionId === upgrade?.subscription.id &&
      quote.fromPriceId === upgrade.subscription.priceId &&
      quote.targetPlanId === offer.plan?.id &&
      quote.targetPriceId === price.priceId
    );
  }
}
