import { Injectable } from '@nestjs/common';
import { Config } from '../../config/index.js';
import {
  BillingProvider,
  type FetchedSubscription,
  type ProviderCapabilities,
  type ReadStamp,
  type SchedulePlanChangeCommand,
  type SchedulePlanChangeResult,
  type VerifiedEvent,
} from '../billing-provider.js';
import type { ProviderEvent } from '../domain/provider-event.js';
import { ProviderCallObserver } from '../provider-call-observer.js';
import { idempotencyKey } from './idempotency-key.js';
import { readEnvelope } from './normalise/envelope.js';
import { normaliseEvent } from './normalise/event.js';
import { StripeCalls } from './stripe-calls.js';
import { createStripeClient } from './stripe-client.js';
import { createCheckout, createPortal } from './stripe-hosted-pages.js';
import { fetchSubscription } from './stripe-reader.js';
import { StripeSchedules } from './stripe-schedules.js';
import { isSignedBy } from './webhook/verify-signature.js';

/** Stripe behind the port; each part lives in a file of its own. */
@Injectable()
export class StripeBillingProvider extends BillingProvider {
  readonly name = 'stripe';
  /** The portal schedules only downgrades (docs.stripe.com/customer-management/configure-portal). */
  readonly capabilities: ProviderCapabilities = {
    scheduledChanges: true,
    billingPortal: true,
    portalSchedulesUpgrades: false,
  };
  readonly livemode: boolean;
  private readonly settings: Config['stripe'];
  private readonly calls: StripeCalls;
  private readonly schedules: StripeSchedules;

  constructor(config: Config, observer: ProviderCallObserver) {
    super();
    this.settings = config.stripe;
    this.livemode = config.stripe.livemode;
    this.calls = new StripeCalls(createStripeClient(config.stripe), observer);
    this.schedules = new StripeSchedules(this.calls);
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
}
