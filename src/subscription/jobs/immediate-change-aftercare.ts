import { Injectable } from '@nestjs/common';
import type { RefundCommand } from '../../billing-providers/index.js';
import { ChargingService, type ChargeAttempt } from '../../charging/index.js';
import { UnitOfWork } from '../../common/database/index.js';
import { Jobs } from '../../common/jobs/index.js';
import { PlanQuoteRepository, type PlanQuote } from '../persistence/plan-quote.repository.js';
import { PLAN_CHANGE_PURPOSE } from '../immediate-change-claim.js';
import { PlanChangeService } from '../plan-change.service.js';

export const REFUND_EXCESS = 'subscription.refund-excess';
export const RESTORE_SCHEDULED = 'subscription.restore-scheduled-change';

const EXCESS_PURPOSE = 'plan_change_excess';

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
   * @throws Error when it could not be given back now: the job is tried again
   */
  private async refundExcess(uuid: string): Promise<void> {
    const attempt = await this.charging.find(uuid);
    if (!attempt) throw new Error(`there is no charge attempt ${uuid}`);
    const isOfQuote = attempt.purpose === PLAN_CHANGE_PURPOSE;
    const agreed = isOfQuote ? (await this.load(uuid)).quote.amountDue : attempt.command.amount;
    const excess = attempt.amount - agreed;
    if (attempt.status !== 'succeeded' || excess <= 0) return;
    const { customerId } = attempt.command;
    const { paymentId } = attempt.references;
    if (paymentId === undefined) throw new Error(`the payment of charge attempt ${uuid} is not known`);
    const { currency } = attempt;
    const intentKey = `${EXCESS_PURPOSE}:${uuid}`;
    const command: RefundCommand = {
      kind: 'refund',
      amount: excess,
      currency,
      customerId,
      paymentId,
      reason: 'requested_by_customer',
    };
    const claim = await this.unitOfWork.run((tx) =>
      this.charging.claim(tx, {
        intentKey,
        purpose: EXCESS_PURPOSE,
        subjectId: attempt.id,
        provider: attempt.provider,
        userId: attempt.userId,
        amount: excess,
        currency,
        command,
      }),
    );
    if (!claim.claimed) {
      // The one that holds the intent is being resolved, as every attempt is: should it not come to be, nobody else asks again.
      const isDone = (await this.charging.findHolder(intentKey))?.status === 'succeeded';
      if (isDone) return;
      throw new Error(`the refund of what charge attempt ${uuid} took too much is under way`);
    }
    const refund = await this.charging.execute(claim.attempt.uuid);
    if (refund.status === 'failed') throw new Error(`the refund ${refund.uuid} of what was charged too much failed`);
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
