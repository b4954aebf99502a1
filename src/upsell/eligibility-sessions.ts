import { Injectable } from '@nestjs/common';
import { ApplicationError } from '../common/errors/index.js';
import type { Language } from '../config/index.js';
import { AcceptService } from './accept.service.js';
import { isFaultOfCard } from './domain/check-method.js';
import {
  chooseWish,
  findSavedCard,
  NO_METHOD,
  PENDING,
  type Eligibility,
  type FaceAnswer,
} from './domain/eligibility.js';
import type { OfferView, QuoteView, StepView, View } from './domain/view.js';
import { SaleReader } from './jobs/sale-reader.js';
import { EligibilityRepository, type ProviderCustomer } from './persistence/eligibility.repository.js';
import { SessionRepository } from './persistence/session.repository.js';
import { asked } from './provider-failures.js';
import type { Caller } from './refusals.js';
import { SessionService } from './session.service.js';
import { ViewService, type OpenVisit } from './view.service.js';

/** What a customer says to an offer without being on its page. */
export interface FaceWish {
  /** Digest of what was shown to them; undefined: whatever was put before them after their last answer. */
  readonly terms?: string;
  readonly quoteUuid?: string;
}

/** A step with something to say yes or no to. */
interface Standing {
  readonly visit: OpenVisit;
  readonly view: View;
  readonly step: StepView;
  readonly caller: Caller;
}

/** The offers after a customer's newest sale, without its page: the same sessions, checks and charges. */
@Injectable()
export class EligibilitySessions {
  constructor(
    private readonly eligibility: EligibilityRepository,
    private readonly sessionRows: SessionRepository,
    private readonly sessions: SessionService,
    private readonly payments: AcceptService,
    private readonly views: ViewService,
    private readonly reader: SaleReader,
  ) {}

  /** @returns undefined when nothing is offered after a sale. @throws ApplicationError provider_unavailable, provider_refused */
  async show(customer: ProviderCustomer, language: Language): Promise<Eligibility | undefined> {
    const standing = await this.stand(customer, language);
    if (!standing) return undefined;
    const { view, step } = standing;
    if (view.pending) return PENDING;
    const [offer] = step.offers;
    const cardId = offer && findSavedCard(offer.methods);
    if (!offer || cardId === undefined) return NO_METHOD;
    return {
      eligible: true,
      product: { id: offer.offer_uuid, name: offer.name, price: offer.amount, currency: offer.currency },
      paymentMethodId: cardId,
      terms: offer.terms,
      expires_at: step.expires_at ?? view.session.expires_at,
      source: 'post_purchase',
      quote_required: offer.quote_required,
      last_failure: view.last_failure,
    };
  }

  /** What an upgrade costs now. @returns undefined when nothing is offered after a sale. @throws as `SessionService.quote` */
  async quote(customer: ProviderCustomer, language: Language): Promise<QuoteView | undefined> {
    const standing = await this.stand(customer, language);
    const offer = standing?.step.offers[0];
    if (!standing || !offer) return undefined;
    return this.sessions.quote(standing.caller, { stepUuid: standing.step.id, offerUuid: offer.offer_uuid });
  }

  /** @returns undefined when nothing is offered after a sale. @throws as `AcceptService.accept` */
  async accept(customer: ProviderCustomer, wish: FaceWish, language: Language): Promise<FaceAnswer | undefined> {
    const standing = await this.stand(customer, language);
    const offer = standing && (await this.findMeant(standing, wish));
    if (!standing || !offer) return this.answerAgain(customer, wish, standing);
    const { caller, step, view } = standing;
    const hasFailed = view.last_failure !== null && isFaultOfCard(view.last_failure.code);
    const method = chooseWish(offer.methods, hasFailed);
    if (!method) throw new ApplicationError('payment_method_not_allowed');
    const terms = wish.terms ?? offer.terms;
    try {
      const accepted = await this.payments.accept(caller, {
        stepUuid: step.id,
        offerUuid: offer.offer_uuid,
        method,
        installments: 1,
        terms,
        quoteUuid: wish.quoteUuid,
      });
      const sessionId = view.session.id;
      return accepted.isFinal ? { isPaid: true, sessionId } : toAnswer(sessionId, accepted.view);
    } catch (error) {
      // Another click of theirs was faster, and the session has gone on: perhaps by paying for this very offer.
      const answer = isOvertaken(error) ? await this.answerAgain(customer, { terms }, standing) : undefined;
      if (answer) return answer;
      throw error;
    }
  }

  /** @returns whether there was something to say no to. @throws as `SessionService.decline` */
  async decline(customer: ProviderCustomer, wish: FaceWish, language: Language): Promise<boolean> {
    const standing = await this.stand(customer, language);
    if (!standing) return false;
    if (!(await this.findMeant(standing, wish))) {
      if (wish.terms === undefined) throw new ApplicationError('upsell_offer_changed');
      return false;
    }
    await this.sessions.decline(standing.caller, standing.step.id);
    return true;
  }

  /** The step where the customer stands; with their cards as the provider has them now. */
  private async stand(customer: ProviderCustomer, language: Language): Promise<Standing | undefined> {
    const saleItemUuid = await this.eligibility.findNewestVisit(customer, true);
    const found = saleItemUuid === undefined ? undefined : await this.sessionRows.findVisit(saleItemUuid);
    if (!found?.session || saleItemUuid === undefined) return undefined;
    const { session, userExternalId, ...rest } = found;
    const methods = await asked(this.reader.findCards(found.sale));
    const visit: OpenVisit = { ...rest, session: { ...session, methods }, saleItemUuid };
    const view = await this.views.show(visit, language);
    if (!view.step || view.step.is_expired || view.step.offers.length === 0) return undefined;
    // No link was followed: whoever asks has shown a credential of their own.
    const ticket = { saleItemUuid, userExternalId, issuedAt: new Date() };
    return { visit, view, step: view.step, caller: { ticket, offerUuid: visit.boughtUuid, language } };
  }

  /**
   * The offer that the customer means. Without terms it is the one that they came to, and only while they have answered nothing
   * else since the sale: a second click on the first offer must not be taken for a yes to the next.
   */
  private async findMeant({ visit, step }: Standing, wish: FaceWish): Promise<OfferView | undefined> {
    const { offers } = step;
    if (wish.quoteUuid !== undefined) return offers.find((offer) => offer.quote_required);
    if (wish.terms !== undefined) return offers.find(({ terms }) => terms === wish.terms);
    const { id, stepPosition } = visit.session;
    const isFirst = stepPosition !== null && !(await this.eligibility.hasDecidedElsewhere(id, stepPosition));
    return isFirst ? offers[0] : undefined;
  }

  /** Whoever says yes again to what they have paid for is told so. */
  private async answerAgain(
    customer: ProviderCustomer,
    { terms }: FaceWish,
    standing: Standing | undefined,
  ): Promise<FaceAnswer | undefined> {
    if (terms === undefined) {
      if (standing) throw new ApplicationError('upsell_offer_changed');
      return undefined;
    }
    const saleItemUuid = await this.eligibility.findNewestVisit(customer, false);
    const newest = saleItemUuid === undefined ? undefined : await this.sessionRows.findVisit(saleItemUuid);
    if (!newest?.session) return undefined;
    const status = await this.eligibility.findAgreedItem(newest.session.id, terms);
    return status === 'paid' ? { isPaid: true, sessionId: newest.session.uuid } : undefined;
  }
}

const isOvertaken = (error: unknown): boolean =>
  error instanceof ApplicationError && (error.code === 'upsell_session_over' || error.code === 'upsell_step_stale');

function toAnswer(sessionId: string, { pending }: View): FaceAnswer {
  return { isPaid: false, sessionId, status: pending?.kind ?? 'processing', checkoutUrl: pending?.url };
}
