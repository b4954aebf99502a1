import { Injectable, Logger } from '@nestjs/common';
import { CatalogService } from '../catalog/index.js';
import { ChargingService, type ChargeAttempt } from '../charging/index.js';
import { Clock } from '../common/clock/index.js';
import type { Tx } from '../common/database/index.js';
import { Jobs } from '../common/jobs/index.js';
import { IdentityService } from '../identity/index.js';
import { MerchantWebhooks, type MerchantEventType } from '../notification/index.js';
import { PLAN_CHANGE_PURPOSE } from './immediate-change-claim.js';
import { REFUND_EXCESS, RESTORE_SCHEDULED } from './jobs/immediate-change-aftercare.js';
import { ReadRequests } from './jobs/read-requests.js';
import { PlanQuoteRepository, type PlanQuote } from './persistence/plan-quote.repository.js';
import { SubscriptionQueryRepository, type SubscriptionRecord } from './persistence/subscription-query.repository.js';
import { PlanQuotes } from './plan-quotes.js';

type Told = Extract<MerchantEventType, `subscription.${string}`>;

/** What becomes of a quote when its attempt moves; runs in the transaction that moves it. */
@Injectable()
export class ImmediateChangeOutcomes {
  private readonly logger = new Logger(ImmediateChangeOutcomes.name);

  constructor(
    charging: ChargingService,
    private readonly quotes: PlanQuotes,
    private readonly rows: PlanQuoteRepository,
    private readonly subscriptions: SubscriptionQueryRepository,
    private readonly catalog: CatalogService,
    private readonly identity: IdentityService,
    private readonly webhooks: MerchantWebhooks,
    private readonly reads: ReadRequests,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {
    charging.onMoved(PLAN_CHANGE_PURPOSE, (tx, attempt) => this.handle(tx, attempt));
  }

  private async handle(tx: Tx, attempt: ChargeAttempt): Promise<void> {
    switch (attempt.status) {
      case 'succeeded':
        return this.succeed(tx, attempt);
      case 'failed':
      case 'expired':
      case 'canceled':
        return this.fail(tx, attempt);
      case 'claimed':
      case 'sent':
      case 'unknown':
      case 'requires_action':
      case 'pending':
        return; // under way: the quote is being executed
      case 'refund_due':
      case 'refunded':
        return; // each quote has one attempt: there is none beside it that could hold its intent
      default:
        return attempt.status satisfies never;
    }
  }

  private async succeed(tx: Tx, attempt: ChargeAttempt): Promise<void> {
    const { quote, subscription } = await this.load(tx, attempt);
    if (!(await this.quotes.move(tx, quote.id, 'applied'))) {
      throw new Error(`Plan quote ${quote.uuid} is ${quote.status} and cannot be applied.`);
    }
    await this.readSoon(tx, subscription, 'a switch was made');
    // In another currency it cannot be told what was too much: the charge is reported, and a person decides.
    const isTooMuch = attempt.currency === quote.currency && attempt.amount > quote.amountDue;
    if (isTooMuch) await this.addJob(tx, REFUND_EXCESS, attempt.uuid);
    await this.publish(tx, 'subscription.plan_changed', quote, subscription, {
      amount: attempt.amount,
      credit: quote.credit,
      currency: attempt.currency,
      next_billing_at: quote.nextBillingAt?.toISOString() ?? null,
    });
    tx.afterCommit(() => this.log('a plan was changed', quote, attempt));
  }

  private async fail(tx: Tx, attempt: ChargeAttempt): Promise<void> {
    const { quote, subscription } = await this.load(tx, attempt);
    const reason = attempt.failureCode ?? toReason(attempt);
    if (!(await this.quotes.move(tx, quote.id, 'failed', reason))) {
      throw new Error(`Plan quote ${quote.uuid} is ${quote.status} and cannot fail.`);
    }
    await this.readSoon(tx, subscription, 'a switch was not made');
    if (quote.replacedPlanId !== null) await this.addJob(tx, RESTORE_SCHEDULED, attempt.uuid);
    await this.publish(tx, 'subscription.plan_change_failed', quote, subscription, { reason });
    tx.afterCommit(() => this.log(`a plan was not changed: ${reason}`, quote, attempt));
  }

  /** The rows follow what the provider says, whether or not its events come. */
  private readSoon(tx: Tx, subscription: SubscriptionRecord, why: string): Promise<void> {
    const { provider, providerSubscriptionId: subscriptionId, providerCustomerId: customerId } = subscription;
    return this.reads.add(tx, [{ provider, subscriptionId, customerId, why, isNeeded: true }]);
  }

  private addJob(tx: Tx, task: string, uuid: string): Promise<void> {
    return this.jobs.add(tx, task, { uuid }, { key: `${task}:${uuid}` });
  }

  private async publish(
    tx: Tx,
    type: Told,
    quote: PlanQuote,
    subscription: SubscriptionRecord,
    details: object,
  ): Promise<void> {
    const plans = await this.catalog.findPlansByIds([quote.targetPlanId], tx);
    const from = (await this.catalog.findPlansByPrices(subscription.provider, [quote.fromPriceId], tx)).get(
      quote.fromPriceId,
    );
    const user = await this.identity.findUserById(quote.userId, tx);
    const groups = await this.identity.findGroupsByIds([subscription.groupId], tx);
    await this.webhooks.publish(tx, {
      id: `${type}:${quote.uuid}`,
      type,
      occurredAt: this.clock.now(),
      data: {
        subscription_id: subscription.uuid,
        user_id: user?.externalId ?? null,
        group_id: groups.get(subscription.groupId)!.externalId,
        quote_id: quote.uuid,
        mode: quote.mode,
        plan_code: plans.get(quote.targetPlanId)?.code ?? null,
        old_plan_code: from?.planCode ?? null,
        ...details,
      },
    });
  }

  private async load(tx: Tx, attempt: ChargeAttempt): Promise<{ quote: PlanQuote; subscription: SubscriptionRecord }> {
    const quote = await this.rows.load(tx, attempt.subjectId);
    const subscription = quote && (await this.subscriptions.findById(quote.subscriptionId, tx));
    if (!quote || !subscription) throw new Error(`Charge attempt ${attempt.uuid} is about no plan quote.`);
    return { quote, subscription };
  }

  private log(message: string, quote: PlanQuote, attempt: ChargeAttempt): void {
    this.logger.log({ message, quote_uuid: quote.uuid, attempt_uuid: attempt.uuid, code: attempt.failureCode });
  }
}

/** Without a word of the provider: its owner never confirmed the payment, or it was never sent. */
const toReason = ({ status }: ChargeAttempt): 'authentication_failed' | 'provider_unavailable' =>
  status === 'expired' || status === 'canceled' ? 'authentication_failed' : 'provider_unavailable';
