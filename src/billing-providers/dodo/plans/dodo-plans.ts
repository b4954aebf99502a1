import type { DodoPayments } from 'dodopayments';
import type { BillingProvider, PlanChangePreview } from '../../billing-provider.js';
import type {
  ChangePlanCommand,
  ChargeFailure,
  ChargeOutcome,
  MethodSummary,
  StartPlanCommand,
} from '../../domain/charge.js';
import { labelled } from '../../payload/labels.js';
import { ProviderError } from '../../provider-error.js';
import { afterMoney, nothingDone } from '../../provider-steps.js';
import { Declined, type DodoCalls } from '../dodo-calls.js';
import { toSeconds } from '../normalise/fields.js';
import { toChargeFailure } from '../payments/failure.js';
import { buyInOneClick } from '../payments/one-click-purchase.js';
import { readPayment } from '../payments/read-payment.js';
import { listSavedCards } from '../payments/saved-cards.js';
import { isMarkedBy, withMark, withTarget } from './change-mark.js';
import { toChangeOutcome } from './change-outcome.js';
import { refusalOf, toAmounts, toChangeParameters, type ChangeParameters } from './plan-change.js';
import { findPaymentOfChange } from './plan-change-finder.js';
import { readSubscription } from './read-subscription.js';
import { secondsOf } from './subscription-fields.js';

type PreviewCommand = Parameters<BillingProvider['previewPlanChange']>[0];
type Subscription = DodoPayments.Subscription;
type Preview = DodoPayments.SubscriptionPreviewChangePlanResponse;

/** Dodo's words for a card that cannot be charged, where it makes no payment that fails. */
const DECLINES: ReadonlySet<string> = new Set(['NO_ELIGIBLE_PAYMENT_METHODS']);

/** Plans that are started or switched at once, and paid at once or not at all. */
export class DodoPlans {
  constructor(private readonly calls: DodoCalls) {}

  /** A purchase in one click of what is a subscription; a card that is declined leaves one behind that never began. */
  startPlan(command: StartPlanCommand, attemptId: string): Promise<ChargeOutcome> {
    return buyInOneClick(this.calls, { ...command, productId: command.planPriceId, isPlan: true }, attemptId);
  }

  async previewPlanChange(command: PreviewCommand): Promise<PlanChangePreview> {
    const subscription = await readSubscription(this.calls, command.subscriptionId);
    const parameters = toChangeParameters(subscription, command.targetPriceId, command.mode);
    const preview = await this.preview(command.subscriptionId, parameters);
    return {
      ...toAmounts(preview),
      nextBillingAt: secondsOf(preview.new_plan.next_billing_date, 'new_plan.next_billing_date'),
      prorationAt: toSeconds(preview.immediate_charge.effective_at) ?? command.prorationAt,
      method: await this.readMethod(subscription),
    };
  }

  /**
   * Switches for at most what was agreed: Dodo quotes for no moment but now, so the quote is asked again right before. An
   * attempt is sent once, whoever calls this twice: the mark that it leaves before says that it was.
   */
  async changePlan(command: ChangePlanCommand, attemptId: string): Promise<ChargeOutcome> {
    const subscription = await nothingDone(() => readSubscription(this.calls, command.subscriptionId));
    if (isMarkedBy(subscription, attemptId)) return this.readEarlier(subscription, command, attemptId);
    if (subscription.product_id !== command.fromPriceId) return failed('price_differs');
    const parameters = toChangeParameters(subscription, command.planPriceId, command.mode);
    const preview = await nothingDone(() => this.preview(command.subscriptionId, parameters));
    const reason = refusalOf(preview, command);
    if (reason) return failed(reason);
    await nothingDone(() => this.mark(subscription, command, attemptId));
    return this.switch(command, attemptId, parameters, toAmounts(preview).amountDue);
  }

  private async switch(
    command: ChangePlanCommand,
    attemptId: string,
    parameters: ChangeParameters,
    amountDue: number,
  ): Promise<ChargeOutcome> {
    const { subscriptionId, planPriceId } = command;
    const body = {
      ...parameters,
      on_payment_failure: amountDue > 0 ? 'prevent_change' : 'apply_change',
      metadata: withTarget(labelled(command.metadata, attemptId), planPriceId),
    } satisfies DodoPayments.SubscriptionChangePlanParams;
    const answer = await this.calls.money('subscriptions.change_plan', DECLINES, (dodo, options) =>
      dodo.subscriptions.changePlan(subscriptionId, body, options),
    );
    if (answer instanceof Declined) return failed(toChargeFailure(answer.code));
    // Dodo answers with an empty body when there is nothing to say.
    const paymentId = answer?.payment_id ?? undefined;
    return afterMoney(async () => {
      const payment = paymentId === undefined ? undefined : await readPayment(this.calls, paymentId);
      return toChangeOutcome(await readSubscription(this.calls, subscriptionId), payment, planPriceId);
    });
  }

  /** @throws ProviderError `unknown` when nothing of it is to be seen: it may be on its way, and is never sent again */
  private async readEarlier(
    subscription: Subscription,
    command: ChangePlanCommand,
    attemptId: string,
  ): Promise<ChargeOutcome> {
    const payment = await afterMoney(() => findPaymentOfChange(this.calls, command.subscriptionId, attemptId));
    if (payment || subscription.product_id === command.planPriceId) {
      return toChangeOutcome(subscription, payment, command.planPriceId);
    }
    throw new ProviderError('unknown', 'this attempt was sent before', { providerCode: 'sent_before' });
  }

  private mark(subscription: Subscription, command: ChangePlanCommand, attemptId: string): Promise<Subscription> {
    const metadata = withMark(subscription.metadata, attemptId, command.planPriceId);
    return this.calls.write('subscriptions.update', (dodo, options) =>
      dodo.subscriptions.update(command.subscriptionId, { metadata }, options),
    );
  }

  private preview(subscriptionId: string, parameters: ChangeParameters): Promise<Preview> {
    return this.calls.read('subscriptions.preview_change_plan', (dodo, options) =>
      dodo.subscriptions.previewChangePlan(subscriptionId, parameters, options),
    );
  }

  /** What the subscription is billed to; null where Dodo does not say, or it is no card. */
  private async readMethod({ payment_method_id: id, customer }: Subscription): Promise<MethodSummary | null> {
    if (!id) return null;
    const card = (await listSavedCards(this.calls, customer.customer_id)).find((saved) => saved.id === id);
    return card ? { kind: 'card', brand: card.brand, last4: card.last4 } : null;
  }
}

const failed = (reason: string | ChargeFailure): ChargeOutcome => ({
  status: 'failed',
  references: {},
  failure: typeof reason === 'string' ? { code: 'amount_changed', providerCode: reason } : reason,
});
