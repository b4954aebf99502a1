import { Injectable } from '@nestjs/common';
import { BillingProviderRegistry } from '../billing-providers/index.js';
import { ChargingService } from '../charging/index.js';
import { Clock } from '../common/clock/index.js';
import { UnitOfWork, type Tx } from '../common/database/index.js';
import { ApplicationError, type ErrorCode } from '../common/errors/index.js';
import { PlanQuotes } from '../subscription/index.js';
import type { FunnelStep } from './domain/funnel.js';
import type { Sale } from './domain/sale.js';
import { computeLapse, type Session } from './domain/session.js';
import { toStepEvent, type UpsellEventType } from './domain/upsell-event.js';
import type { QuoteView, View } from './domain/view.js';
import { FunnelService } from './funnel.service.js';
import { MerchantMessages } from './merchant-messages.js';
import { computeTerms, digestOf } from './offer-terms.js';
import { DecisionRepository } from './persistence/decision.repository.js';
import { EventRepository } from './persistence/event.repository.js';
import { SaleRepository } from './persistence/sale.repository.js';
import { SessionRepository } from './persistence/session.repository.js';
import { toQuoteView } from './quote-view.js';
import { Refusals, type Caller } from './refusals.js';
import { SessionProgress } from './session-progress.js';
import { Showcase } from './showcase.js';
import { ViewService, type OpenVisit } from './view.service.js';
import { Visits } from './visits.js';

/** A session that is locked, at the step that the page shows. */
interface Standing {
  readonly session: Session;
  readonly sale: Sale;
  readonly step: FunnelStep;
}

type Outcome<Result> = { readonly result: Result } | { readonly refusal: ErrorCode };

/** What a customer does on the upsell page, but for paying. */
@Injectable()
export class SessionService {
  constructor(
    private readonly visits: Visits,
    private readonly views: ViewService,
    private readonly refusals: Refusals,
    private readonly funnels: FunnelService,
    private readonly showcase: Showcase,
    private readonly progress: SessionProgress,
    private readonly providers: BillingProviderRegistry,
    private readonly charging: ChargingService,
    private readonly planQuotes: PlanQuotes,
    private readonly sessions: SessionRepository,
    private readonly sales: SaleRepository,
    private readonly decisions: DecisionRepository,
    private readonly events: EventRepository,
    private readonly messages: MerchantMessages,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** @throws ApplicationError upsell_session_not_found */
  async show(caller: Caller): Promise<View> {
    return this.views.show(await this.open(caller), caller.language);
  }

  /**
   * The customer sees the step: counted once, and its countdown starts.
   *
   * @throws ApplicationError upsell_session_not_found, upsell_session_over, upsell_step_stale, upsell_step_expired
   */
  async see(caller: Caller, stepUuid: string): Promise<void> {
    await this.atStep(caller, stepUuid, async (tx, { session, step }) => {
      const isFirst = await this.append(tx, session, step, 'impression');
      if (!isFirst || step.countdownSeconds === null || session.status !== 'open') return;
      const stepExpiresAt = new Date(this.clock.now().getTime() + step.countdownSeconds * 1_000);
      await this.sessions.move(tx, session, { status: 'open', stepExpiresAt });
    });
  }

  /**
   * The customer says no to all that the step shows, for this and every later sale.
   *
   * @throws as `see`, and upsell_payment_pending: what is being paid for is canceled first, but for a page that cannot be
   */
  async decline(caller: Caller, stepUuid: string): Promise<View> {
    await this.atStep(caller, stepUuid, async (tx, { session, sale, step }) => {
      if (session.status === 'charging' && !(await this.mayLeave(tx, session, sale))) return 'upsell_payment_pending';
      const { offeredOfferIds: offerIds } = session;
      const decidedAt = this.clock.now();
      await this.decisions.insertDeclines(tx, session, { stepPosition: step.position, offerIds, decidedAt });
      await this.append(tx, session, step, 'decline');
      await this.messages.declined(tx, sale, { sessionUuid: session.uuid, stepUuid: step.uuid, offerIds });
      await this.progress.goTo(tx, session, sale, step.nextOnDecline);
      return undefined;
    });
    return this.show(caller);
  }

  /**
   * Gives up the payment that is under way, so that another way can be chosen. One that came through meanwhile counts.
   *
   * @throws as `see`, and upsell_payment_pending where nobody can tell what has become of it; provider_unavailable
   */
  async cancelPayment(caller: Caller, stepUuid: string): Promise<View> {
    const attemptId = await this.atStep(caller, stepUuid, async (_tx, { session }) => ({
      found: session.chargeAttemptId,
    }));
    const attempt = attemptId === null ? undefined : await this.charging.findById(attemptId);
    if (attempt) await this.cancel(caller, attempt.uuid);
    return this.show(caller);
  }

  /**
   * What switching the subscription to the step's plan costs now.
   *
   * @throws as `see`, and offer_not_found, plan_not_available (there is nothing to switch), those of `PlanQuotes.quote`
   */
  async quote(caller: Caller, wish: { readonly stepUuid: string; readonly offerUuid: string }): Promise<QuoteView> {
    await this.atStep(caller, wish.stepUuid, async (_tx, { session }) =>
      session.status === 'charging' ? 'upsell_payment_pending' : undefined,
    );
    const { sale, session } = await this.open(caller);
    const shown = await this.showcase.load(sale, session.offeredOfferIds, { withHistory: true });
    const offered = [...shown.values()].find(({ offer }) => offer.uuid === wish.offerUuid);
    if (!offered) throw new ApplicationError('offer_not_found');
    if (!offered.upgrade || !offered.offer.plan) throw new ApplicationError('plan_not_available');
    const quote = await this.planQuotes.quote({
      subscriptionId: offered.upgrade.subscription.id,
      userId: sale.userId,
      targetPlanId: offered.offer.plan.id,
      mode: 'prorated_immediately',
    });
    const { steps } = await this.funnels.loadVersion(session.versionId);
    const step = steps.find(({ position }) => position === session.stepPosition);
    if (step?.uuid !== wish.stepUuid) throw await this.refusals.make('upsell_step_stale', caller);
    const place = await this.views.place(session, step, sale.language ?? caller.language);
    return toQuoteView(quote, digestOf(computeTerms(offered, place, quote)));
  }

  /** A page that its provider cannot close is left as it is: whoever pays there after all gets what they have paid for. */
  private async mayLeave(tx: Tx, { chargeAttemptId }: Session, { provider }: Sale): Promise<boolean> {
    if (chargeAttemptId === null || this.providers.get(provider).capabilities.cancelsOpenPayments) return false;
    const attempt = await this.charging.findById(chargeAttemptId, tx);
    return attempt?.status === 'requires_action' && attempt.nextStep?.kind === 'checkout';
  }

  private async cancel(caller: Caller, attemptUuid: string): Promise<void> {
    try {
      await this.charging.cancel(attemptUuid);
    } catch (error) {
      if (!(error instanceof ApplicationError) || error.code !== 'upsell_payment_pending') throw error;
      throw await this.refusals.make(error.code, caller);
    }
  }

  /** Runs `work` with the session locked at the step, or says why it cannot. A code that `work` gives is a refusal too. */
  private async atStep<Found>(
    caller: Caller,
    stepUuid: string,
    work: (tx: Tx, standing: Standing) => Promise<{ readonly found: Found } | ErrorCode | undefined | void>,
  ): Promise<Found> {
    const visit = await this.open(caller);
    const outcome = await this.unitOfWork.run(async (tx): Promise<Outcome<Found>> => {
      const session = await this.sessions.lock(tx, visit.session.id);
      const standing = await this.stand(tx, session, visit.sale, stepUuid);
      if (typeof standing === 'string') return { refusal: standing };
      const done = await work(tx, standing);
      if (typeof done === 'string') return { refusal: done };
      return { result: done?.found as Found };
    });
    if ('refusal' in outcome) throw await this.refusals.make(outcome.refusal, caller);
    return outcome.result;
  }

  private async stand(tx: Tx, session: Session, sale: Sale, stepUuid: string): Promise<Standing | ErrorCode> {
    const isKilled = await this.funnels.isKilled(session.versionId, tx);
    const lapse = computeLapse(session, this.clock.now(), isKilled);
    if (session.stepPosition === null || lapse === 'killed' || lapse === 'expired') return 'upsell_session_over';
    const { steps } = await this.funnels.loadVersion(session.versionId, tx);
    const step = steps.find(({ position }) => position === session.stepPosition);
    if (step?.uuid !== stepUuid) return 'upsell_step_stale';
    if (lapse === 'step_expired') return 'upsell_step_expired';
    return { session, sale: await this.sales.lock(tx, sale.id), step };
  }

  private append(tx: Tx, session: Session, step: FunnelStep, type: UpsellEventType): Promise<boolean> {
    const happened = { stepPosition: step.position, type, occurredAt: this.clock.now() };
    return this.events.append(tx, toStepEvent(session, happened));
  }

  private open({ ticket, offerUuid }: Caller): Promise<OpenVisit> {
    return this.visits.open(ticket, offerUuid);
  }
}
