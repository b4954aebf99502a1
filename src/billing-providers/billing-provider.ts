import type {
  ChargeKind,
  ChargeOutcome,
  ChargeReferences,
  CheckoutCommand,
  MethodSummary,
  OneClickCommand,
  PixCommand,
  ProrationMode,
  RefundCommand,
  SavedCard,
  StartPlanCommand,
  ChangePlanCommand,
} from './domain/charge.js';
import type { ProviderFact, ProviderName, SchedulePhase } from './domain/facts.js';
import type { ListedPage, ListedSubscription, MoneyList, ReadStamp } from './domain/listing.js';
import type { FoundPayment, MoneyFact, PaymentFact } from './domain/payment-facts.js';
import type { ProviderEvent } from './domain/provider-event.js';

/** What a verified webhook body is known to be before it is interpreted. */
export interface VerifiedEvent {
  readonly eventId: string;
  readonly eventType: string;
  /** Seconds since 1970; 0 when the payload does not say. */
  readonly occurredAt: number;
  readonly livemode: boolean;
}

/** What a provider can do, as data: callers read it instead of finding out late. */
export interface ProviderCapabilities {
  readonly scheduledChanges: boolean;
  readonly billingPortal: boolean;
  /** Whether the provider's own portal can schedule an upgrade. */
  readonly portalSchedulesUpgrades: boolean;
  /** Currencies that cards can be charged in by instalments. */
  readonly installments: readonly string[];
  /** Currencies that can be paid by Pix. */
  readonly pix: readonly string[];
  /** How a switch at once can be billed. */
  readonly prorationModes: readonly ProrationMode[];
  /** Sells only what is a product at the provider: an offer without a price of the provider cannot be charged there. */
  readonly sellsOwnProducts: boolean;
  /** Whether an open checkout or payment can be made impossible; where not, the same page is given again until it expires. */
  readonly cancelsOpenPayments: boolean;
  /**
   * Whether a call that moves money may be made again under the same attempt id, and moves it once. Where not, a call without
   * an answer is never repeated, only asked about (`findCharge`).
   */
  readonly repeatsCharges: boolean;
}

export type { ReadStamp } from './domain/listing.js';

/** What switching at once would cost. Amounts in minor units, times in seconds since 1970. */
export interface PlanChangePreview {
  /** Charged at once, tax included; 0 when nothing is. */
  readonly amountDue: number;
  /** Put down for the next renewals; 0 when nothing is. */
  readonly credit: number;
  readonly currency: string;
  /** When the new plan would next be billed: in some modes the period begins anew, and only the provider knows. */
  readonly nextBillingAt: number;
  /** The moment that the amounts are for: the provider charges exactly them for it, or (Dodo) it is when they were asked. */
  readonly prorationAt: number;
  /** What the subscription is billed to. */
  readonly method: MethodSummary | null;
}

/** Names an attempt whose outcome is not known, or not final. */
export interface ChargeQuery {
  readonly kind: ChargeKind;
  readonly attemptId: string;
  readonly customerId: string;
  readonly references: ChargeReferences;
  /** Seconds since 1970. */
  readonly sentAt: number;
}

/** Everything read of a subscription in one go: its snapshot, its schedule, its latest invoice. */
export interface FetchedSubscription {
  readonly facts: readonly ProviderFact[];
}

/** A change of plan at the end of the period; one that is pending is replaced. */
export interface SchedulePlanChangeCommand {
  readonly subscriptionId: string;
  readonly targetPriceId: string;
  /** Our request's id: names the idempotency keys, and travels in the schedule's metadata. */
  readonly requestId: string;
}

/** What the provider has planned then. */
export interface SchedulePlanChangeResult {
  readonly scheduleId: string;
  /** When the change takes effect; seconds since 1970. */
  readonly effectiveAt: number;
  readonly phases: readonly SchedulePhase[];
}

/**
 * The port to a payment provider. SDK types stop behind it. Every method that calls the provider throws
 * `ProviderError` only; none is ever called inside a transaction.
 */
export abstract class BillingProvider {
  abstract readonly name: ProviderName;
  abstract readonly capabilities: ProviderCapabilities;
  /** Whether our key is a live one. */
  abstract readonly livemode: boolean;

  /**
   * Checks the signature over the raw bytes against every configured secret, both ways in time.
   *
   * @returns undefined when no signature holds
   */
  abstract verifyWebhook(
    rawBody: Buffer,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): VerifiedEvent | undefined;

  /**
   * Pure.
   *
   * @param event as `verifyWebhook` told it: Dodo's bodies do not carry the event's id
   * @throws UnreadablePayloadError
   */
  abstract normalise(rawBody: Buffer, event: { readonly eventId: string }): ProviderEvent;

  abstract createCustomer(command: { userId: string; email: string; name: string }): Promise<{ customerId: string }>;

  /**
   * Hosted checkout that starts a subscription; `metadata` is copied to the subscription. The same request gives the same
   * page; the customer's other open pages with the same `metadata.group_id` are closed.
   */
  abstract createSubscriptionCheckout(command: {
    customerId: string;
    priceId: string;
    successUrl: string;
    cancelUrl: string;
    metadata: Readonly<Record<string, string>>;
    requestId: string;
  }): Promise<{ url: string; checkoutId: string }>;

  /** The URL is a bearer credential of a few minutes: never stored, never logged. */
  abstract createPortalSession(command: {
    customerId: string;
    returnUrl: string;
    locale?: string;
  }): Promise<{ url: string }>;

  abstract fetchSubscription(subscriptionId: string, stamp: ReadStamp): Promise<FetchedSubscription>;

  /**
   * Makes the next renewal switch to the target price; replaces a pending change in place. May be repeated with the same
   * `requestId` after a crash at any point: it ends in the same schedule.
   */
  abstract schedulePlanChange(command: SchedulePlanChangeCommand): Promise<SchedulePlanChangeResult>;

  /** Takes the pending change back; the subscription goes on as it is. Nothing to take back is a success. */
  abstract cancelScheduledChange(command: { subscriptionId: string; requestId: string }): Promise<void>;

  /** Ends the subscription with its current period; a pending change is taken back first. */
  abstract cancelAtPeriodEnd(command: { subscriptionId: string; requestId: string }): Promise<void>;

  /** Takes `cancelAtPeriodEnd` back. */
  abstract resume(command: { subscriptionId: string; requestId: string }): Promise<void>;

  /** Cards that the provider keeps for the customer, the default first. */
  abstract listPaymentMethods(customerId: string): Promise<readonly SavedCard[]>;

  /**
   * The calls that move money. Each names its attempt: repeated with the same id and the same command within a minute of the
   * first try, it moves money once and answers the same (where `capabilities.repeatsCharges`; elsewhere each is made once). A
   * decline is an outcome, not an error.
   *
   * @throws ProviderError `unavailable` (not done), `refused` (not done), `unknown` (perhaps done: ask `findCharge`)
   */
  abstract chargeOneClick(command: OneClickCommand, attemptId: string): Promise<ChargeOutcome>;
  abstract createCheckout(command: CheckoutCommand, attemptId: string): Promise<ChargeOutcome>;
  abstract createPixCharge(command: PixCommand, attemptId: string): Promise<ChargeOutcome>;
  abstract startPlan(command: StartPlanCommand, attemptId: string): Promise<ChargeOutcome>;
  abstract changePlan(command: ChangePlanCommand, attemptId: string): Promise<ChargeOutcome>;
  abstract refund(command: RefundCommand, attemptId: string): Promise<ChargeOutcome>;

  /**
   * Reads what became of an attempt: by its references, else by searching the customer's payments for its id.
   *
   * @returns undefined when a complete list does not have it
   */
  abstract findCharge(query: ChargeQuery): Promise<ChargeOutcome | undefined>;

  /**
   * Makes sure that an attempt can no longer succeed. One that has succeeded meanwhile is told so.
   *
   * @returns a terminal outcome; without `capabilities.cancelsOpenPayments`, what has become of it so far
   */
  abstract cancelCharge(query: ChargeQuery): Promise<ChargeOutcome>;

  /** A payment, or the payment of a checkout. @returns undefined when the provider has none by this id */
  abstract findPayment(
    reference: { readonly paymentId: string } | { readonly checkoutId: string },
  ): Promise<FoundPayment | undefined>;

  /** What an immediate switch would cost now; changes nothing. */
  abstract previewPlanChange(command: {
    readonly subscriptionId: string;
    readonly targetPriceId: string;
    readonly mode: ProrationMode;
    /** Seconds since 1970. */
    readonly prorationAt: number;
  }): Promise<PlanChangePreview>;

  /** Every subscription that there is, living or ended. @param cursor `next` of the page before; null: the first page */
  abstract listSubscriptions(cursor: string | null): Promise<ListedPage<ListedSubscription>>;

  /** @returns undefined when the provider has none by this id */
  abstract findSubscription(subscriptionId: string): Promise<ListedSubscription | undefined>;

  /**
   * What was made since, as facts whose `eventId` is `reconciliation:{id}`. A fact of a list may say less than the one of an
   * event: where `capabilities.sellsOwnProducts`, a payment names no products (`readPayment` does).
   *
   * @param since seconds since 1970
   */
  abstract listMoney(list: MoneyList, since: number, cursor: string | null): Promise<ListedPage<MoneyFact>>;

  /** The fact that an event would tell of a payment now. @returns undefined when there is none, or nothing to say of it */
  abstract readPayment(paymentId: string): Promise<PaymentFact | undefined>;
}
