import { Logger } from '@nestjs/common';
import type { Stripe } from 'stripe';
import type { BillingProvider, PlanChangePreview } from '../../billing-provider.js';
import type {
  ChargeFailureCode,
  ChargeOutcome,
  MethodSummary,
  StartPlanCommand,
  ChangePlanCommand,
} from '../../domain/charge.js';
import { ProviderError } from '../../provider-error.js';
import { Declined, type StripeCalls } from '../stripe-calls.js';
import type { StripeSchedules } from '../stripe-schedules.js';
import { toChargeFailure } from './failure.js';
import { isOfAttempt, labelled } from '../../payload/labels.js';
import { toMethodSummary } from './method.js';
import {
  latestInvoiceOf,
  latestInvoiceSince,
  methodOf,
  PLAN_DETAILS,
  priceIdOf,
  toPlanOutcome,
} from './plan-outcome.js';

type PreviewCommand = Parameters<BillingProvider['previewPlanChange']>[0];

/** Plans that are started or switched at once, and paid at once or not at all. */
export class StripePlans {
  private readonly logger = new Logger(StripePlans.name);

  constructor(
    private readonly calls: StripeCalls,
    private readonly schedules: StripeSchedules,
  ) {}

  /** `error_if_incomplete`: a declined card leaves no subscription behind. */
  async startPlan(command: StartPlanCommand, attemptId: string): Promise<ChargeOutcome> {
    const parameters = {
      customer: command.customerId,
      items: [{ price: command.planPriceId, quantity: 1 }],
      default_payment_method: command.cardId,
      payment_behavior: 'error_if_incomplete',
      description: command.description,
      metadata: labelled(command.metadata, attemptId),
      expand: PLAN_DETAILS,
    } satisfies Stripe.SubscriptionCreateParams;
    const subscription = await this.calls.money('subscriptions.create', attemptId, (stripe, options) =>
      stripe.subscriptions.create(parameters, options),
    );
    if (subscription instanceof Declined) return toFailure(subscription);
    return toPlanOutcome(subscription, latestInvoiceOf(subscription));
  }

  /**
   * Switches for exactly the amount that was agreed. A pending change is released first, because Stripe would carry it out
   * later; when the plan is not switched, it is brought back.
   */
  async changePlan(command: ChangePlanCommand, attemptId: string): Promise<ChargeOutcome> {
    const subscription = await nothingDone(() => this.retrieve(command.subscriptionId));
    const decided = toDone(subscription, command, attemptId) ?? (await this.compare(subscription, command, attemptId));
    if (decided) return decided;
    const pending = await this.releasePendingChange(subscription, attemptId);
    try {
      const outcome = await this.switch(subscription, command, attemptId);
      if (outcome.status === 'failed') await this.restore(command.subscriptionId, pending, attemptId);
      return outcome;
    } catch (error) {
      const isNotDone = error instanceof ProviderError && error.outcome !== 'unknown';
      if (isNotDone) await this.restore(command.subscriptionId, pending, attemptId);
      throw error;
    }
  }

  async previewPlanChange({ subscriptionId, targetPriceId, prorationAt }: PreviewCommand): Promise<PlanChangePreview> {
    const subscription = await this.retrieve(subscriptionId, ['customer.invoice_settings.default_payment_method']);
    const preview = await this.preview(subscription, targetPriceId, prorationAt);
    return {
      amountDue: preview.amount_due,
      credit: Math.max(0, -preview.total),
      nextBillingAt: nextBillingOf(subscription, preview),
      currency: preview.currency.toUpperCase(),
      prorationAt,
      method: methodOf(subscription) ?? methodOfCustomer(subscription) ?? null,
    };
  }

  /**
   * The preview is made again for the moment of the quote; whatever differs changes nothing. An earlier try of this attempt
   * may have been carried out while it was made, which explains a difference, so the subscription is read once more.
   *
   * @returns undefined when everything is as it was agreed
   */
  private async compare(
    subscription: Stripe.Subscription,
    command: ChangePlanCommand,
    attemptId: string,
  ): Promise<ChargeOutcome | undefined> {
    const reason = refusalOf(subscription, command);
    if (reason) return failed('amount_changed', reason);
    const preview = await nothingDone(() => this.preview(subscription, command.planPriceId, command.prorationAt));
    const isAgreed = preview.amount_due === command.amount && preview.currency.toUpperCase() === command.currency;
    if (isAgreed) return undefined;
    const now = await nothingDone(() => this.retrieve(command.subscriptionId));
    return toDone(now, command, attemptId) ?? failed('amount_changed', 'preview_differs');
  }

  private async switch(
    subscription: Stripe.Subscription,
    command: ChangePlanCommand,
    attemptId: string,
  ): Promise<ChargeOutcome> {
    const parameters = {
      items: [toItem(subscription, command.planPriceId)],
      proration_behavior: 'always_invoice',
      proration_date: command.prorationAt,
      payment_behavior: 'error_if_incomplete',
      metadata: labelled(command.metadata, attemptId),
      expand: PLAN_DETAILS,
    } satisfies Stripe.SubscriptionUpdateParams;
    const updated = await this.calls.money('subscriptions.update', `${attemptId}:switch`, (stripe, options) =>
      stripe.subscriptions.update(command.subscriptionId, parameters, options),
    );
    if (updated instanceof Declined) return toFailure(updated);
    const invoice = latestInvoiceOf(updated);
    const isNew = invoice?.id !== latestInvoiceOf(subscription)?.id;
    return toPlanOutcome(updated, isNew ? invoice : undefined);
  }

  /** @returns the price that was to follow */
  private async releasePendingChange(
    subscription: Stripe.Subscription,
    attemptId: string,
  ): Promise<string | undefined> {
    if (!subscription.schedule) return undefined;
    const requestId = `${attemptId}:release`;
    return nothingDone(() => this.schedules.releasePendingChange({ subscriptionId: subscription.id, requestId }));
  }

  /** Money did not move whatever comes of this, so a failure of it must not hide that. */
  private async restore(subscriptionId: string, targetPriceId: string | undefined, attemptId: string): Promise<void> {
    if (targetPriceId === undefined) return;
    try {
      await this.schedules.schedulePlanChange({ subscriptionId, targetPriceId, requestId: `${attemptId}:restore` });
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      const message = 'a pending change was lost with a declined upgrade';
      this.logger.error({ message, attempt_uuid: attemptId, provider_code: error.details.providerCode });
    }
  }

  private retrieve(subscriptionId: string, more: readonly string[] = []): Promise<Stripe.Subscription> {
    return this.calls.read('subscriptions.retrieve', (stripe, options) =>
      stripe.subscriptions.retrieve(subscriptionId, { expand: [...PLAN_DETAILS, ...more] }, options),
    );
  }

  private preview(subscription: Stripe.Subscription, priceId: string, prorationAt: number): Promise<Stripe.Invoice> {
    const parameters = {
      subscription: subscription.id,
      subscription_details: {
        items: [toItem(subscription, priceId)],
        proration_behavior: 'always_invoice',
        proration_date: prorationAt,
      },
    } satisfies Stripe.InvoiceCreatePreviewParams;
    return this.calls.read('invoices.create_preview', (stripe, options) =>
      stripe.invoices.createPreview(parameters, options),
    );
  }
}

/** Without its id Stripe adds a second item; without its quantity, the quantity becomes 1. */
function toItem(subscription: Stripe.Subscription, price: string) {
  const [item] = subscription.items.data;
  if (!item || subscription.items.data.length > 1) {
    throw new ProviderError('refused', 'only a subscription with one item can change its plan', {
      providerCode: 'unsupported_subscription',
    });
  }
  return { id: item.id, price, ...(item.quantity === undefined ? {} : { quantity: item.quantity }) };
}

/** An earlier try of this attempt was carried out: its answer was lost. */
function toDone(subscription: Stripe.Subscription, command: ChangePlanCommand, attemptId: string) {
  const isDone = isOfAttempt(subscription, attemptId) && priceIdOf(subscription) === command.planPriceId;
  return isDone ? toPlanOutcome(subscription, latestInvoiceSince(subscription, command.prorationAt)) : undefined;
}

/** The end of the period that the preview bills; a switch within the period leaves it as it is. */
function nextBillingOf(subscription: Stripe.Subscription, preview: Stripe.Invoice): number {
  const [item] = subscription.items.data;
  const billed = preview.lines.data.filter(({ parent }) => !parent?.subscription_item_details?.proration);
  return Math.max(item?.current_period_end ?? 0, ...billed.map(({ period }) => period.end));
}

/** What was agreed is not what there is any more. */
function refusalOf(subscription: Stripe.Subscription, command: ChangePlanCommand): string | undefined {
  if (subscription.status === 'canceled') return 'subscription_canceled';
  return priceIdOf(subscription) === command.fromPriceId ? undefined : 'price_differs';
}

const failed = (code: ChargeFailureCode, providerCode: string): ChargeOutcome => ({
  status: 'failed',
  references: {},
  failure: { code, providerCode },
});

/** The payment of an invoice that Stripe took back is canceled with it. */
const toFailure = (declined: Declined): ChargeOutcome => ({
  status: 'failed',
  references: {},
  failure: toChargeFailure(declined),
});

function methodOfCustomer({ customer }: Stripe.Subscription): MethodSummary | undefined {
  const settings = typeof customer === 'object' && !customer.deleted ? customer.invoice_settings : undefined;
  const method = settings?.default_payment_method;
  return typeof method === 'object' && method ? toMethodSummary(method) : undefined;
}

/** Steps before the one that moves money: when they fail, for whatever reason, no money was moved. */
async function nothingDone<Result>(step: () => Promise<Result>): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof ProviderError) || error.outcome !== 'unknown') throw error;
    throw new ProviderError('unavailable', error.message, error.details);
  }
}
