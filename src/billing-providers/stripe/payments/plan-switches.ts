import { Logger } from '@nestjs/common';
import type { Stripe } from 'stripe';
import type { BillingProvider, PlanChangePreview } from '../../billing-provider.js';
import type { ChangePlanCommand, ChargeFailureCode, ChargeOutcome, MethodSummary } from '../../domain/charge.js';
import { ProviderError } from '../../provider-error.js';
import { nothingDone } from '../../provider-steps.js';
import { Declined, type StripeCalls } from '../stripe-calls.js';
import type { StripeSchedules } from '../stripe-schedules.js';
import { isOfAttempt, labelled } from '../../payload/labels.js';
import { toMethodSummary } from './method.js';
import {
  latestInvoiceOf,
  latestInvoiceOfAttempt,
  methodOf,
  PLAN_DETAILS,
  priceIdOf,
  toFailure,
  toPlanOutcome,
} from './plan-outcome.js';
import { isBilledAnyway, nextBillingOf, paidFrom, periodStartOf, toSwitchTerms } from './switch-terms.js';

type PreviewCommand = Parameters<BillingProvider['previewPlanChange']>[0];
/** What is shown before, and compared right before the switch. */
type Terms = Pick<ChangePlanCommand, 'mode' | 'prorationAt' | 'planPriceId'>;

/**
 * Plans that are switched at once, and paid at once or not at all: in each mode the switch and its invoice are one call, so there
 * is no moment at which the customer has paid for a plan that they do not have.
 */
export class StripePlanSwitches {
  private readonly logger = new Logger(StripePlanSwitches.name);

  constructor(
    private readonly calls: StripeCalls,
    private readonly schedules: StripeSchedules,
  ) {}

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

  async previewPlanChange(command: PreviewCommand): Promise<PlanChangePreview> {
    const { subscriptionId, targetPriceId: planPriceId, mode } = command;
    const subscription = await this.retrieve(subscriptionId, ['customer.invoice_settings.default_payment_method']);
    const method = methodOf(subscription) ?? methodOfCustomer(subscription) ?? null;
    const shown = await this.show(subscription, { planPriceId, mode, prorationAt: command.prorationAt });
    return { ...shown, currency: shown.currency.toUpperCase(), method };
  }

  private async show(subscription: Stripe.Subscription, terms: Terms): Promise<Omit<PlanChangePreview, 'method'>> {
    if (terms.mode === 'do_not_bill') return this.showUnbilled(subscription, terms);
    if (terms.mode !== 'difference_immediately') return this.showAt(subscription, terms);
    const whole = await this.showAt(subscription, { ...terms, prorationAt: periodStartOf(subscription) });
    const from = paidFrom(subscription);
    const isWhole = whole.credit === 0 || from === whole.prorationAt;
    return isWhole ? whole : this.showAt(subscription, { ...terms, prorationAt: from });
  }

  private async showAt(subscription: Stripe.Subscription, terms: Terms): Promise<Omit<PlanChangePreview, 'method'>> {
    const preview = await this.preview(subscription, terms);
    return {
      amountDue: preview.amount_due,
      credit: Math.max(0, -preview.total),
      currency: preview.currency,
      nextBillingAt: nextBillingOf(subscription, preview),
      prorationAt: terms.prorationAt,
    };
  }

  /** Not Stripe's preview: of a change that bills nothing it shows the next renewal. */
  private async showUnbilled(
    subscription: Stripe.Subscription,
    { planPriceId, prorationAt }: Terms,
  ): Promise<Omit<PlanChangePreview, 'method'>> {
    const target = await this.calls.read('prices.retrieve', (stripe, options) =>
      stripe.prices.retrieve(planPriceId, {}, options),
    );
    if (isBilledAnyway(subscription, target)) {
      throw new ProviderError('refused', 'this switch cannot be left unbilled', { providerCode: 'billed_anyway' });
    }
    const nextBillingAt = subscription.items.data[0]!.current_period_end;
    return { amountDue: 0, credit: 0, currency: target.currency, nextBillingAt, prorationAt };
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
    const shown = await nothingDone(() =>
      command.mode === 'do_not_bill' ? this.showUnbilled(subscription, command) : this.showAt(subscription, command),
    );
    const isAgreed =
      shown.amountDue === command.amount &&
      shown.credit === command.credit &&
      shown.currency.toUpperCase() === command.currency;
    if (isAgreed) return undefined;
    const now = await nothingDone(() => this.retrieve(command.subscriptionId));
    return toDone(now, command, attemptId) ?? failed('amount_changed', 'preview_differs');
  }

  /** `error_if_incomplete`: a declined card leaves the subscription, and the customer's credit, as they are. */
  private async switch(
    subscription: Stripe.Subscription,
    command: ChangePlanCommand,
    attemptId: string,
  ): Promise<ChargeOutcome> {
    const parameters = {
      ...toSwitchTerms(subscription, command.planPriceId, command.mode, command.prorationAt),
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
      const message = 'a pending change was lost with a declined switch';
      this.logger.error({ message, attempt_uuid: attemptId, provider_code: error.details.providerCode });
    }
  }

  private retrieve(subscriptionId: string, more: readonly string[] = []): Promise<Stripe.Subscription> {
    return this.calls.read('subscriptions.retrieve', (stripe, options) =>
      stripe.subscriptions.retrieve(subscriptionId, { expand: [...PLAN_DETAILS, ...more] }, options),
    );
  }

  private preview(
    subscription: Stripe.Subscription,
    { planPriceId, mode, prorationAt }: Terms,
  ): Promise<Stripe.Invoice> {
    const parameters = {
      subscription: subscription.id,
      subscription_details: toSwitchTerms(subscription, planPriceId, mode, prorationAt),
    } satisfies Stripe.InvoiceCreatePreviewParams;
    return this.calls.read('invoices.create_preview', (stripe, options) =>
      stripe.invoices.createPreview(parameters, options),
    );
  }
}

/** An earlier try of this attempt was carried out: its answer was lost. */
function toDone(subscription: Stripe.Subscription, command: ChangePlanCommand, attemptId: string) {
  const isDone = isOfAttempt(subscription, attemptId) && priceIdOf(subscription) === command.planPriceId;
  const made = { attemptId, reason: 'subscription_update' } as const;
  return isDone ? toPlanOutcome(subscription, latestInvoiceOfAttempt(subscription, made)) : undefined;
}

/** What was agreed is not what there is any more. */
function refusalOf(subscription: Stripe.Subscription, command: ChangePlanCommand): string | undefined {
  if (subscription.status === 'canceled') return 'subscription_canceled';
  if (priceIdOf(subscription) !== command.fromPriceId) return 'price_differs';
  const isProrated = command.mode === 'difference_immediately' || command.mode === 'prorated_immediately';
  const isOfPeriod = command.prorationAt >= periodStartOf(subscription);
  return isProrated && !isOfPeriod ? 'period_differs' : undefined;
}

const failed = (code: ChargeFailureCode, providerCode: string): ChargeOutcome => ({
  status: 'failed',
  references: {},
  failure: { code, providerCode },
});

function methodOfCustomer({ customer }: Stripe.Subscription): MethodSummary | undefined {
  const settings = typeof customer === 'object' && !customer.deleted ? customer.invoice_settings : undefined;
  const method = settings?.default_payment_method;
  return typeof method === 'object' && method ? toMethodSummary(method) : undefined;
}
