import type { ProviderFact, ProviderName, SchedulePhase } from './domain/facts.js';
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
}

/** Everything read of a subscription in one go: its snapshot, its schedule, its latest invoice. */
export interface FetchedSubscription {
  readonly facts: readonly ProviderFact[];
}

/** How a fetched fact is placed among the events: see `SubscriptionFact.covers`. */
export interface ReadStamp {
  /** Newest event time already received for the subscription. */
  readonly occurredAt: number;
  readonly covers: readonly string[];
}

export interface SchedulePlanChangeCommand {
  readonly subscriptionId: string;
  readonly targetPriceId: string;
  /** Our request's id: names the idempotency keys, and travels in the schedule's metadata. */
  readonly requestId: string;
}

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

  /** Pure. @throws UnreadablePayloadError */
  abstract normalise(rawBody: Buffer): ProviderEvent;

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
}
