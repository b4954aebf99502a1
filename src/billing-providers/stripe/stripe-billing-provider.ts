import type { Clock } from '../../common/clock/index.js';
import type { StripeSettings } from '../../config/index.js';
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
import { idempotencyKey } from './idempotency-key.js';
import { readEnvelope } from './normalise/envelope.js';
import { normaliseEvent } from './normalise/event.js';
import { ChargeCanceler } from './payments/charge-canceler.js';
import { ChargeFinder } from './payments/charge-finder.js';
import { PaymentFinder } from './payments/payment-finder.js';
import { listSavedCards } from './payments/saved-cards.js';
import { StripeCharges } from './payments/stripe-charges.js';
import { createChargeCheckout } from './payments/stripe-checkouts.js';
import { startPlan } from './payments/plan-starts.js';
import { StripePlanSwitches } from './payments/plan-switches.js';
import { StripeCalls } from './stripe-calls.js';
import { createStripeClient } from './stripe-client.js';
import { createCheckout, createPortal } from './stripe-hosted-pages.js';
import { StripeLists } from './stripe-lists.js';
import { fetchSubscription } from './stripe-reader.js';
import { StripeSchedules } from './stripe-schedules.js';
import { isSignedBy } from './webhook/verify-signature.js';

/** Stripe behind the port; each part lives in a file of its own. */
export class StripeBillingProvider extends BillingProvider {
  readonly name = 'stripe';
  /**
   * The portal schedules only downgrades (docs.stripe.com/customer-management/configure-portal). Brazil's parcelado is not among
   * Stripe's instalment programmes (docs.stripe.com/payments/installments).
   */
  readonly capabilities: ProviderCapabilities = {
    scheduledChanges: true,
    billingPortal: true,
    portalSchedulesUpgrades: false,
    installments: [],
    pix: ['BRL'],
    prorationModes: PRORATION_MODES,
    sellsOwnProducts: false,
    cancelsOpenPayments: true,
    repeatsCharges: true,
  };
  readonly livemode: boolean;
  private readonly calls: StripeCalls;
  private readonly schedules: StripeSchedules;
  private readonly charges: StripeCharges;
  private readonly switches: StripePlanSwitches;
  private readonly finder: ChargeFinder;
  private readonly canceler: ChargeCanceler;
  private readonly payments: PaymentFinder;
  private readonly lists: StripeLists;

  constructor(
    private readonly settings: StripeSettings,
    observer: ProviderCallObserver,
    private readonly clock: Clock,
  ) {
    super();
    this.livemode = settings.livemode;
    this.calls = new StripeCalls(createStripeClient(settings), observer);
    this.schedules = new StripeSchedules(this.calls);
    this.charges = new StripeCharges(this.calls);
    this.switches = new StripePlanSwitches(this.calls, this.schedules);
    this.finder = new ChargeFinder(this.calls);
    this.canceler = new ChargeCanceler(this.calls, this.finder);
    this.payments = new PaymentFinder(this.calls);
    this.lists = new StripeLists(this.calls);
  }

  verifyWebhook(
    rawBody: Buffer,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): VerifiedEvent | undefined {
    const nowSeconds = Math.floor(Date.now() / 1_000); // the system's clock: a signature's age is not product time
    if (!isSignedBy(this.settings.webhookSecrets, rawBody, headers['stripe-signature'], nowSeconds)) return undefined;
    const { eventId, eventType, occurredAt, livemode } = readEnvelope(rawBody);
    // A body that does not tell its mode was signed with a secret of ours, so it is of ours.
    return { eventId, eventType, occurredAt, livemode: livemode ?? this.livemode };
  }

  normalise(rawBody: Buffer): ProviderEvent {
    return normaliseEvent(rawBody);
  }

  /** The key contains the e-mail and the name: an edit between two tries must not be refused for a day. */
  async createCustomer(command: { userId: string; email: string; name: string }): Promise<{ customerId: string }> {
    const { userId, email, name } = command;
    const parameters = { email, name, metadata: { user_id: userId } };
    const key = idempotencyKey(`customer:${userId}`, 'create', parameters);
    const customer = await this.calls.write('customers.create', key, (stripe, options) =>
      stripe.customers.create(parameters, options),
    );
    return { customerId: customer.id };
  }

  createSubscriptionCheckout(
    command: Parameters<BillingProvider['createSubscriptionCheckout']>[0],
  ): Promise<{ url: string; checkoutId: string }> {
    return createCheckout(this.calls, command);
  }

  createPortalSession(command: Parameters<BillingProvider['createPortalSession']>[0]): Promise<{ url: string }> {
    return createPortal(this.calls, command, this.settings.portalConfiguration);
  }

  fetchSubscription(subscriptionId: string, stamp: ReadStamp): Promise<FetchedSubscription> {
    return fetchSubscription(this.calls, subscriptionId, stamp);
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
    const now = Math.floor(this.clock.now().getTime() / 1_000);
    return createChargeCheckout(this.calls, command, attemptId, now);
  }

  createPixCharge(command: PixCommand, attemptId: string): Promise<ChargeOutcome> {
    return this.charges.createPixCharge(command, attemptId);
  }

  startPlan(command: StartPlanCommand, attemptId: string): Promise<ChargeOutcome> {
    return startPlan(this.calls, command, attemptId);
  }

  changePlan(command: ChangePlanCommand, attemptId: string): Promise<ChargeOutcome> {
    return this.switches.changePlan(command, attemptId);
  }

  refund(command: RefundCommand, attemptId: string): Promise<ChargeOutcome> {
    return this.charges.refund(command, attemptId);
  }

  findCharge(query: ChargeQuery): Promise<ChargeOutcome | undefined> {
    return this.finder.findCharge(query);
  }

  cancelCharge(query: ChargeQuery): Promise<ChargeOutcome> {
    return this.canceler.cancelCharge(query);
  }

  findPayment(reference: Parameters<BillingProvider['findPayment']>[0]): Promise<FoundPayment | undefined> {
    return this.payments.findPayment(reference);
  }

  previewPlanChange(command: Parameters<BillingProvider['previewPlanChange']>[0]): Promise<PlanChangePreview> {
    return this.switches.previewPlanChange(command);
  }

  listSubscriptions(cursor: string | null): Promise<ListedPage<ListedSubscription>> {
    return this.lists.listSubscriptions(cursor);
  }

  findSubscription(subscriptionId: string): Promise<ListedSubscription | undefined> {
    return this.lists.findSubscription(subscriptionId);
  }

  listMoney(list: MoneyList, since: number, cursor: string | null): Promise<ListedPage<MoneyFact>> {
    return this.lists.listMoney(list, since, cursor);
  }

  readPayment(paymentId: string): Promise<PaymentFact | undefined> {
    return this.lists.readPayment(paymentId);
  }
}
