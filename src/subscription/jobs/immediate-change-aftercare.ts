import { Injectable } from '@nestjs/common';
import type { RefundCommand } from '../../billing-providers/index.js';
import { ChargingService, type AttemptStatus, type ChargeAttempt } from '../../charging/index.js';
import { UnitOfWork } from '../../common/database/index.js';
import { Jobs } from '../../common/jobs/index.js';
import { PlanQuoteRepository, type PlanQuote } from '../persistence/plan-quote.repository.js';
import { PLAN_CHANGE_PURPOSE } from '../immediate-change-claim.js';
import { PlanChangeService } from '../plan-change.service.js';

export const REFUND_EXCESS = 'subscription.refund-excess';
export const RESTORE_SCHEDULED = 'subscription.restore-scheduled-change';

const EXCESS_PURPOSE = 'plan_change_excess';
/** A bank may take days over a refund; one that it sends back later is not followed. */
const GIVEN_BACK: ReadonlySet<AttemptStatus | undefined> = new Set(['succeeded', 'pending']);

interface AttemptJob {
  readonly uuid: string;
}

/** Makes good what a switch at once left behind. */
@Injectable()
export class ImmediateChangeAftercare {
  constructor(
    private readonly charging: ChargingService,
    private readonly quotes: PlanQuoteRepository,
    private readonly planChanges: PlanChangeService,
    private readonly unitOfWork: UnitOfWork,
    jobs: Jobs,
  ) {
    jobs.register<AttemptJob>(REFUND_EXCESS, ({ uuid }) => this.refundExcess(uuid));
    jobs.register<AttemptJob>(RESTORE_SCHEDULED, ({ uuid }) => this.restore(uuid));
  }

  /**
   * What a provider took beyond the quote goes back, whoever sold the switch; the refund is an attempt of its own, so it happens once.
   *
   * @throws Error while it has not been given back: the job is tried again, since nobody else asks for a refund that failed
   */
  private async refundExcess(uuid: string): Promise<void> {
    const attempt = await this.charging.find(uuid);
    if (!attempt) throw new Error(`there is no charge attempt ${uuid}`);
    const excess = attempt.amount - (await this.agreedAmountOf(attempt));
    if (attempt.status !== 'succeeded' || excess <= 0) return;
    const refund = await this.refund(attempt, excess);
    if (GIVEN_BACK.has(refund?.status)) return;
    throw new Error(`what charge attempt ${uuid} took too much is not given back: ${refund?.status}`);
  }

  private async agreedAmountOf({ uuid, purpose, command }: ChargeAttempt): Promise<number> {
    return purpose === PLAN_CHANGE_PURPOSE ? (await this.load(uuid)).quote.amountDue : command.amount;
  }

  /** @returns the refund as it is now: this one, or the one that is under way or done already */
  private async refund(attempt: ChargeAttempt, amount: number): Promise<ChargeAttempt | undefined> {
    const { uuid, currency, provider, userId } = attempt;
    const { paymentId } = attempt.references;
    if (paymentId === undefined) throw new Error(`the payment of charge attempt ${uuid} is not known`);
    const { customerId } = attempt.command;
    const command: RefundCommand = {
      kind: 'refund',
      amount,
      currency,
      customerId,
      paymentId,
      reason: 'requested_by_customer',
    };
    const intentKey = `${EXCESS_PURPOSE}:${uuid}`;
    const wish = {
      intentKey,
      purpose: EXCESS_PURPOSE,
      subjectId: attempt.id,
      provider,
      userId,
      amount,
      currency,
      command,
    };
    const claim = await this.unitOfWork.run((tx) => this.charging.claim(tx, wish));
    return claim.claimed ? this.charging.execute(claim.attempt.uuid) : this.charging.findHolder(intentKey);
  }

  /** A process may have died between the release of a scheduled change and the switch that was to replace it. */
  private async restore(uuid: string): Promise<void> {
    const { quote } = await this.load(uuid);
    if (quote.status === 'failed') await this.planChanges.restore(quote);
  }

  private async load(uuid: string): Promise<{ attempt: ChargeAttempt; quote: PlanQuote }> {
    const attempt = await this.charging.find(uuid);
    const quote = attempt && (await this.unitOfWork.run((tx) => this.quotes.load(tx, attempt.subjectId)));
    if (!attempt || !quote) throw new Error(`charge attempt ${uuid} is about no plan quote`);
    return { attempt, quote };
  }
}
