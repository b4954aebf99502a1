import { Injectable, Logger } from '@nestjs/common';
import { BillingProviderRegistry, type SavedCard } from '../billing-providers/index.js';
import { ChargingService, type ChargeAttempt } from '../charging/index.js';
import { UnitOfWork } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { PlanQuotes } from '../subscription/index.js';
import { AcceptClaim, AcceptRefused } from './accept-claim.js';
import { AcceptContexts, type AcceptSituation, type AcceptWish } from './accept-contexts.js';
import { ChargeCommands } from './charge-commands.js';
import { checkAccept, type AcceptRefusal } from './domain/check-accept.js';
import type { View } from './domain/view.js';
import { SessionRepository } from './persistence/session.repository.js';
import { asked } from './provider-failures.js';
import { Refusals, type Caller } from './refusals.js';
import type { ShownOffer } from './showcase.js';
import { ViewService, type OpenVisit } from './view.service.js';
import { Visits } from './visits.js';

/** What a page is told about a payment: final, or under way. */
export interface Accepted {
  readonly isFinal: boolean;
  readonly view: View;
}

/** Good to be claimed, as far as can be told without a lock. */
interface Judged {
  readonly situation: AcceptSituation;
  readonly shown: ShownOffer;
  /** The customer's, as the provider has them now; none where no saved card is to be charged. */
  readonly cards: readonly SavedCard[];
}

/** Takes a customer's yes to the money: judged, claimed in one transaction, and charged after its commit. */
@Injectable()
export class AcceptService {
  private readonly logger = new Logger(AcceptService.name);

  constructor(
    private readonly providers: BillingProviderRegistry,
    private readonly charging: ChargingService,
    private readonly planQuotes: PlanQuotes,
    private readonly contexts: AcceptContexts,
    private readonly commands: ChargeCommands,
    private readonly claims: AcceptClaim,
    private readonly visits: Visits,
    private readonly views: ViewService,
    private readonly refusals: Refusals,
    private readonly sessions: SessionRepository,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Charges the current step's offer as the customer agreed to it, at most once however often it is asked for. Who asks for
   * what is being paid for already is told how it goes.
   *
   * @throws ApplicationError upsell_session_not_found, the codes of `AcceptRefusal`, plan_quote_expired, payment_declined,
   *   provider_unavailable, provider_refused; those about the page carry `current`, what it should show
   */
  async accept(caller: Caller, wish: AcceptWish): Promise<Accepted> {
    const visit = await this.visits.open(caller.ticket, caller.offerUuid);
    try {
      const judged = await this.judge(visit, caller, wish);
      const attempt = await this.claim(visit, judged);
      return await this.charge(caller, visit, attempt);
    } catch (error) {
      if (!(error instanceof AcceptRefused)) throw error;
      return this.refuse(caller, wish, error.code);
    }
  }

  private async judge(visit: OpenVisit, caller: Caller, wish: AcceptWish): Promise<Judged> {
    const quote = wish.quoteUuid === undefined ? undefined : await this.planQuotes.find(wish.quoteUuid);
    const situation = { ...visit, language: caller.language, wish, quote };
    const { context, shown } = await this.contexts.load(situation);
    let judgement = checkAccept(context);
    let cards: readonly SavedCard[] = [];
    if (judgement.kind === 'read_cards') {
      const { provider, providerCustomerId } = visit.sale;
      cards = await asked(this.providers.get(provider).listPaymentMethods(providerCustomerId ?? ''));
      judgement = checkAccept({ ...context, cards });
      // The page showed a card that is not there any more: it is told which there are.
      if (judgement.kind === 'refused') await this.keepCards(visit, cards);
    }
    if (judgement.kind === 'refused') throw new AcceptRefused(judgement.code);
    if (!shown) throw new Error('An accept was judged good without an offer.');
    return { situation, shown, cards };
  }

  private keepCards({ sale }: OpenVisit, cards: readonly SavedCard[]): Promise<void> {
    return this.unitOfWork.run((tx) => this.sessions.replaceMethods(tx, sale.id, cards));
  }

  private async claim(visit: OpenVisit, { situation, shown, cards }: Judged): Promise<ChargeAttempt> {
    const { wish, quote } = situation;
    const command = await this.commands.make({
      visit,
      shown,
      method: wish.method,
      installments: wish.installments,
      quote,
      language: visit.sale.language ?? situation.language,
    });
    return this.unitOfWork.run((tx) => this.claims.claim(tx, situation, cards, command));
  }

  private async charge(caller: Caller, { session }: OpenVisit, { uuid }: ChargeAttempt): Promise<Accepted> {
    const attempt = await this.charging.execute(uuid);
    this.logger.log({
      message: `an upsell payment is ${attempt.status}`,
      session_uuid: session.uuid,
      attempt_uuid: uuid,
      code: attempt.failureCode,
    });
    if (attempt.status === 'failed') {
      throw await this.refusals.make('payment_declined', caller, { failure: attempt.failureCode });
    }
    return { isFinal: attempt.status === 'succeeded', view: await this.show(caller) };
  }

  private async refuse(caller: Caller, wish: AcceptWish, code: AcceptRefusal): Promise<Accepted> {
    if (code === 'upsell_payment_pending') {
      const view = await this.show(caller);
      const isSame = view.step?.id === wish.stepUuid && view.pending?.offer_uuid === wish.offerUuid;
      if (isSame) return { isFinal: false, view };
    }
    throw isAboutPage(code) ? await this.refusals.make(code, caller) : new ApplicationError(code);
  }

  private async show(caller: Caller): Promise<View> {
    return this.views.show(await this.visits.open(caller.ticket, caller.offerUuid), caller.language);
  }
}

/** The page is out of date: it is told what to show. The others are about what was chosen on it. */
const isAboutPage = (code: AcceptRefusal): boolean => code.startsWith('upsell_') || CARDS_GONE.includes(code);

const CARDS_GONE: readonly AcceptRefusal[] = [
  'payment_method_not_found',
  'payment_method_expired',
  'payment_method_not_reusable',
  'payment_method_currency_not_supported',
];
