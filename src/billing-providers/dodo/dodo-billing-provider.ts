import { Logger } from '@nestjs/common';
import type { Clock } from '../../common/clock/index.js';
import type { DodoSettings } from '../../config/index.js';
import {
  BillingProvider,
  type ChargeQuery,
  type FetchedSubscription,
  type PlanChangePreview,
  type ProviderCapabilities,
  type ReadStamp,
  type SchedulePlanChangeCommand,
  type SchedulePlanChangeResult,
  type VerifiedEvent,
} from '../billing-provider.js';
import {
  PRORATION_MODES,
  type ChangePlanCommand,
  type ChargeOutcome,
  type CheckoutCommand,
  type OneClickCommand,
  type PixCommand,
  type RefundCommand,
  type SavedCard,
  type StartPlanCommand,
} from '../domain/charge.js';
import type { ListedPage, ListedSubscription, MoneyList } from '../domain/listing.js';
import type { FoundPayment, MoneyFact, PaymentFact } from '../domain/payment-facts.js';
import type { ProviderEvent } from '../domain/provider-event.js';
import type { ProviderCallObserver } from '../provider-call-observer.js';
import { ProviderError } from '../provider-error.js';
import { DodoCalls } from './dodo-calls.js';
import { createDodoClient } from './dodo-client.js';
import { DodoLists } from './dodo-lists.js';
import { normaliseEvent } from './normalise/event.js';
import { ChargeFinder } from './payments/charge-finder.js';
import { DodoCharges } from './payments/dodo-charges.js';
import { DodoRefunds } from './payments/dodo-refunds.js';
import { PaymentFinder } from './payments/payment-finder.js';
import { listSavedCards } from './payments/saved-cards.js';
import { createCustomer, createPortal, createSubscriptionCheckout } from './plans/dodo-hosted-pages.js';
import { DodoPlans } from './plans/dodo-plans.js';
import { DodoSchedules } from './plans/dodo-schedules.js';
import { fetchSubscription } from './plans/dodo-subscription-reader.js';
import { computeLateness, verifyDodoWebhook } from './webhook/verify-webhook.js';

/** Dodo Payments behind the port; each part lives in a file of its own. */
export class DodoBillingProvider extends BillingProvider {
  readonly name = 'dodo';
  /** Dodo sells products of its own, has no idempotency keys, and closes nothing that a customer can still pay. */
  readonly capabilities: ProviderCapabilities = {
    scheduledChanges: true,
    billingPortal: true,
    portalSchedulesUpgrades: false,
    installments: [],
    pix: [],
    prorationModes: PRORATION_MODES,
    sellsOwnProducts: true,
    cancelsOpenPayments: false,
    repeatsCharges: false,
  };
  readonly livemode: boolean;
  private readonly calls: DodoCalls;
  private readonly charges: DodoCharges;
  private readonly refunds: DodoRefunds;
  private readonly plans: DodoPlans;
  private readonly schedules: DodoSchedules;
  private readonly finder: ChargeFinder;
  private readonly payments: PaymentFinder;
  private readonly lists: DodoLists;
  private readonly logger = new Logger(DodoBillingProvider.name);

  constructor(
    private readonly settings: DodoSettings,
    observer: ProviderCallObserver,
    private readonly clock: Clock,
  ) {
    super();
    this.livemode = settings.livemode;
    this.calls = new DodoCalls(createDodoClient(settings), observer);
    this.charges = new DodoCharges(this.calls);
    this.refunds = new DodoRefunds(this.calls);
    this.plans = new DodoPlans(this.calls);
    this.schedules = new DodoSchedules(this.calls);
    this.finder = new ChargeFinder(this.calls);
    this.payments = new PaymentFinder(this.calls);
    this.lists = new DodoLists(this.calls);
  }

  verifyWebhook(
    rawBody: Buffer,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): VerifiedEvent | undefined {
    const nowSeconds = Math.floor(Date.now() / 1_000); // the system's clock: a signature's age is not product time
    const { webhookSecrets } = this.settings;
    const event = verifyDodoWebhook(webhookSecrets, rawBody, headers, nowSeconds);
    // No payload says its mode; it was signed with a secret of ours, so it is of ours.
    if (event) return { ...event, livemode: this.livemode };
    const lateness = computeLateness(webhookSecrets, rawBody, headers, nowSeconds);
    if (lateness !== undefined) {
      this.logger.warn({
        message: 'a signed webhook of Dodo is refused: it comes out of time',
        late_by_seconds: lateness,
      });
    }
    return undefined;
  }

  normalise(rawBody: Buffer, { eventId }: { readonly eventId: string }): ProviderEvent {
    return normaliseEvent(rawBody, eventId);
  }

  createCustomer(command: { userId: string; email: string; name: string }): Promise<{ customerId: string }> {
    return createCustomer(this.calls, command);
  }

  createSubscriptionCheckout(
    command: Parameters<BillingProvider['createSubscriptionCheckout']>[0],
  ): Promise<{ url: string; checkoutId: string }> {
    return createSubscriptionCheckout(this.calls, command, this.now());
  }

  createPortalSession(command: Parameters<BillingProvider['createPortalSession']>[0]): Promise<{ url: string }> {
    return createPortal(this.calls, command);
  }

  fetchSubscription(subscriptionId: string, stamp: ReadStamp): Promise<FetchedSubscription> {
    return fetchSubscription(this.calls, subscriptionId, stamp, this.now());
  }

  schedulePlanChange(command: SchedulePlanChangeCommand): Promise<SchedulePlanChangeResult> {
    return this.schedules.schedulePlanChange(command);
  }

  cancelScheduledChange(command: { subscriptionId: string; requestId: string }): Promise<void> {
    return this.schedules.cancelScheduledChange(command);
  }

  cancelAtPeriodEnd(command: { subscriptionId: string; requestId: string }): Promise<void> {
    return this.schedules.cancelAtPeriodEnd(command);
  }

  resume(command: { subscriptionId: string; requestId: string }): Promise<void> {
    return this.schedules.resume(command);
  }

  listPaymentMethods(customerId: string): Promise<readonly SavedCard[]> {
    return listSavedCards(this.calls, customerId);
  }

  chargeOneClick(command: OneClickCommand, attemptId: string): Promise<ChargeOutcome> {
    return this.charges.chargeOneClick(command, attemptId);
  }

  createCheckout(command: CheckoutCommand, attemptId: string): Promise<ChargeOutcome> {
    return this.charges.createCheckout(command, attemptId, this.now());
  }

  /** `capabilities.pix` names no currency: Dodo sells by Pix on its own page only. */
  async createPixCharge(_command: PixCommand, _attemptId: string): Promise<ChargeOutcome> {
    throw new ProviderError('refused', 'Dodo gives no Pix code', { providerCode: 'pix_not_supported' });
  }

  startPlan(command: StartPlanCommand, attemptId: string): Promise<ChargeOutcome> {
    return this.plans.startPlan(command, attemptId);
  }

  changePlan(command: ChangePlanCommand, attemptId: string): Promise<ChargeOutcome> {
    return this.plans.changePlan(command, attemptId);
  }

  refund(command: RefundCommand, attemptId: string): Promise<ChargeOutcome> {
    return this.refunds.refund(command, attemptId);
  }

  findCharge(query: ChargeQuery): Promise<ChargeOutcome | undefined> {
    return this.finder.findCharge(query, this.now());
  }

  /** `capabilities.cancelsOpenPayments` is false: what is told is what was read, terminal or not. */
  async cancelCharge(query: ChargeQuery): Promise<ChargeOutcome> {
    const found = await this.findCharge(query);
    if (found) return found;
    // What was sent and is not listed may still arrive: nothing can be promised of it.
    throw new ProviderError('unknown', 'the charge is not found', { providerCode: 'charge_not_found' });
  }

  findPayment(reference: Parameters<BillingProvider['findPayment']>[0]): Promise<FoundPayment | undefined> {
    return this.payments.findPayment(reference);
  }

  previewPlanChange(command: Parameters<BillingProvider['previewPlanChange']>[0]): Promise<PlanChangePreview> {
    return this.plans.previewPlanChange(command);
  }

  listSubscriptions(cursor: string | null): Promise<ListedPage<ListedSubscription>> {
    return this.lists.listSubscriptions(cursor, this.now());
  }

  findSubscription(subscriptionId: string): Promise<ListedSubscription | undefined> {
    return this.lists.findSubscription(subscriptionId, this.now());
  }

  listMoney(list: MoneyList, since: number, cursor: string | null): Promise<ListedPage<MoneyFact>> {
    return this.lists.listMoney(list, since, cursor);
  }

  readPayment(paymentId: string): Promise<PaymentFact | undefined> {
    return this.lists.readPayment(paymentId);
  }

  /** Product time, which Dodo's pages close by; seconds since 1970. */
  private now(): number {
    return Math.floor(this.clock.now().getTime() / 1_000);
  }
}
