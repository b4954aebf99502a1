import { Injectable } from '@nestjs/common';
import { BillingProviderRegistry } from '../billing-providers/index.js';
import { CatalogService, translateOffer } from '../catalog/index.js';
import { ChargingService } from '../charging/index.js';
import { Clock } from '../common/clock/index.js';
import { Config, type Language } from '../config/index.js';
import { FAILURE_TEXTS } from './domain/failure-texts.js';
import type { FunnelStep } from './domain/funnel.js';
import { computeInstallments } from './domain/installments.js';
import { computePaymentChoices, type PaymentChoice } from './domain/methods.js';
import type { Sale } from './domain/sale.js';
import { computeLapse, type Lapse, type Session } from './domain/session.js';
import type { MethodView, OfferView, PendingView, StepView, View } from './domain/view.js';
import { FunnelService } from './funnel.service.js';
import { computeTerms, digestOf, textOf, type Shown } from './offer-terms.js';
import { toPendingView } from './pending-view.js';
import { SaleItemRepository } from './persistence/sale-item.repository.js';
import { Showcase, type ShownOffer } from './showcase.js';
import { thankYouPath } from './upsell-links.js';

/** A sale with its session, and what was bought. */
export interface OpenVisit {
  readonly sale: Sale;
  readonly session: Session;
  readonly boughtUuid: string;
  /** Whether the funnel, or everything, was killed when the visit was read. */
  readonly isKilled: boolean;
  /** As of when it was read. */
  readonly catalogRevision: string;
  /** The sale's main item, which tokens name. */
  readonly saleItemUuid: string;
}

/**
 * What the upsell page shows. Reads the database alone, in as few statements as can be: it is asked for at every load and while
 * a payment is under way. Writes nothing, and asks no provider.
 */
@Injectable()
export class ViewService {
  constructor(
    private readonly config: Config,
    private readonly providers: BillingProviderRegistry,
    private readonly catalog: CatalogService,
    private readonly charging: ChargingService,
    private readonly funnels: FunnelService,
    private readonly showcase: Showcase,
    private readonly items: SaleItemRepository,
    private readonly clock: Clock,
  ) {}

  /** @param callerLanguage where the sale has none of its own */
  async show(visit: OpenVisit, callerLanguage: Language): Promise<View> {
    const { sale, session, boughtUuid, isKilled } = visit;
    const now = this.clock.now();
    const language = sale.language ?? callerLanguage;
    const lapse = computeLapse(session, now, isKilled);
    const isShown = lapse === 'none' || lapse === 'step_expired';
    return {
      session: {
        id: session.uuid,
        status: isShown ? session.status : lapse,
        expires_at: session.expiresAt.toISOString(),
        server_time: now.toISOString(),
      },
      language,
      step: isShown ? await this.showStep(visit, language, lapse) : null,
      pending: await this.showPending(session),
      last_failure: session.lastFailure && {
        code: session.lastFailure,
        message: FAILURE_TEXTS[session.lastFailure][language],
      },
      redirect_url: session.redirectUrl,
      thank_you_url: thankYouPath(boughtUuid),
    };
  }

  /** A payment that is under way, if any. */
  async showPending(session: Session): Promise<PendingView | null> {
    if (session.chargeAttemptId === null) return null;
    const attempt = await this.charging.findById(session.chargeAttemptId);
    const item = attempt && (await this.items.findById(attempt.subjectId));
    const offer = item && (await this.catalog.findOffersByIds([item.offerId])).get(item.offerId);
    return attempt && offer ? toPendingView(attempt, offer.uuid) : null;
  }

  /** Where an offer is shown, for its terms. */
  async place(session: Session, step: FunnelStep, language: Language): Promise<Shown> {
    const version = await this.funnels.loadVersion(session.versionId);
    return { version, step, language, defaultLanguage: this.config.defaultLanguage };
  }

  private async showStep(visit: OpenVisit, language: Language, lapse: Lapse): Promise<StepView | null> {
    const { sale, session, catalogRevision } = visit;
    const { steps } = await this.funnels.loadVersion(session.versionId);
    const step = steps.find(({ position }) => position === session.stepPosition);
    if (!step) return null;
    const offers = await this.showcase.load(sale, session.offeredOfferIds, {
      withHistory: false,
      catalogRevision,
    });
    const place = await this.place(session, step, language);
    const { headline, body, acceptLabel, declineLabel } = textOf(step, language, place.defaultLanguage);
    return {
      id: step.uuid,
      number: step.position + 1,
      kind: step.kind,
      headline,
      body,
      accept_label: acceptLabel,
      decline_label: declineLabel,
      image: step.image,
      expires_at: session.stepExpiresAt?.toISOString() ?? null,
      is_expired: lapse === 'step_expired',
      offers: session.offeredOfferIds.flatMap((id) => {
        const offer = offers.get(id);
        return offer ? [this.toOfferView(sale, session, offer, place)] : [];
      }),
    };
  }

  private toOfferView(sale: Sale, session: Session, shown: ShownOffer, place: Shown): OfferView {
    const { offer, price } = shown;
    const { name, description, sellingPoints } = translateOffer(offer, place.language);
    const situation = this.showcase.situationOf(sale, place.step, shown, session.methods ?? []);
    const { capabilities } = this.providers.get(sale.provider);
    const rules = { maximum: offer.maximumInstallments, minimumAmount: offer.minimumInstallmentAmount };
    return {
      offer_uuid: offer.uuid,
      name,
      description,
      selling_points: sellingPoints,
      image: offer.image ?? offer.product?.image ?? null,
      amount: price.amount,
      currency: price.currency,
      tax: 'included',
      interval: price.interval,
      compare: compare(shown),
      quote_required: shown.sells === 'upgrade_plan',
      methods: computePaymentChoices(situation).map(toMethodView),
      installments: shown.sells === 'one_time' ? computeInstallments(price, rules, capabilities.installments) : [],
      terms: digestOf(computeTerms(shown, place, undefined)),
    };
  }
}

/** Today's plan beside the one that is offered: only amounts for the same time can be compared. */
function compare({ upgrade, price }: ShownOffer): OfferView['compare'] {
  if (!upgrade || !price.interval) return null;
  const { planName, unitAmount, billingInterval, intervalCount } = upgrade.plan;
  if (billingInterval !== price.interval.unit || intervalCount !== price.interval.count) return null;
  return { current_plan: planName, current_amount: unitAmount, difference: price.amount - unitAmount };
}

function toMethodView(choice: PaymentChoice): MethodView {
  if (choice.kind !== 'saved_card') return choice;
  return { kind: 'saved_card', card_id: choice.cardId, brand: choice.brand, last4: choice.last4 };
}
