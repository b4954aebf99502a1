import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  BillingProviderRegistry,
  ProviderCustomers,
  ProviderError,
  toApplicationError,
  type BillingProvider,
  type ProviderFact,
  type ProviderName,
} from '../billing-providers/index.js';
import { CatalogService } from '../catalog/index.js';
import type { Tx } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { checkReturnUrl } from '../common/http/index.js';
import { Config, type Language } from '../config/index.js';
import { computeCustomerWakeKey, IdentityService, type User } from '../identity/index.js';
import type { FactOutcome } from './domain/fact-outcome.js';
import { ReadRequests, type ReadRequest } from './jobs/read-requests.js';
import { SubscriptionAccess } from './subscription-access.js';
import { SubscriptionLifeCycleHandler } from './subscription-life-cycle-handler.js';

export interface CheckoutCommand {
  readonly planUuid: string;
  readonly groupExternalId?: string;
  readonly successUrl: string;
  readonly cancelUrl: string;
  readonly currency?: string;
  /** Where to pay; else the default provider, or where the plan is sold. */
  readonly provider?: ProviderName;
}

@Injectable()
export class SubscriptionService {
  constructor(
    private readonly config: Config,
    private readonly providers: BillingProviderRegistry,
    private readonly customers: ProviderCustomers,
    private readonly identity: IdentityService,
    private readonly catalog: CatalogService,
    private readonly access: SubscriptionAccess,
    private readonly handler: SubscriptionLifeCycleHandler,
    private readonly reads: ReadRequests,
  ) {}

  /** Applies facts in the caller's transaction. @returns an outcome for each, in the order given */
  applyFacts(tx: Tx, facts: readonly ProviderFact[]): Promise<readonly FactOutcome[]> {
    return this.handler.handle(tx, facts);
  }

  /** Has a subscription read from its provider, because a payload could not be understood. */
  async requestFetch(tx: Tx, subject: Omit<ReadRequest, 'isNeeded'>): Promise<FactOutcome> {
    const owners = await this.identity.findUsersByProviderCustomers(subject.provider, [subject.customerId], tx);
    if (!owners.has(subject.customerId)) {
      return { result: 'foreign', waitingFor: computeCustomerWakeKey(subject.provider, subject.customerId) };
    }
    await this.reads.add(tx, [{ ...subject, isNeeded: true }]);
    return { result: 'applied' };
  }

  /** Has those read that waited for what `waitingFor` names. @returns how many there are */
  wakeReadings(tx: Tx, waitingFor: string): Promise<number> {
    return this.reads.wake(tx, waitingFor);
  }

  /**
   * A session of the provider's billing portal for the group's subscription. The URL is a bearer credential of a few
   * minutes: made for each click, never stored or logged.
   *
   * @throws ApplicationError subscription_not_authorized (403), subscription_not_found (404), portal_session_failed (500):
   *   the plan-change document's three errors; group_ambiguous, return_url_not_allowed
   */
  async createPortalSession(
    user: User,
    command: { groupExternalId?: string; returnUrl: string; language: Language },
  ): Promise<{ url: string }> {
    const { subscription } = await this.access.find(user.id, command.groupExternalId, true);
    await this.access.checkWholeCustomer(user.id, subscription);
    const returnUrl = checkReturnUrl(command.returnUrl, this.config.http.allowedReturnOrigins, 'return_url');
    try {
      return await this.providers
        .get(subscription.provider)
        .createPortalSession({ customerId: subscription.providerCustomerId, returnUrl, locale: command.language });
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      throw new ApplicationError('portal_session_failed', { cause: error });
    }
  }

  /**
   * Starts a subscription by the provider's hosted checkout. A repeated click gets the same page.
   *
   * @throws ApplicationError subscription_not_authorized, subscription_not_found (no group at all), group_ambiguous,
   *   subscription_already_active, plan_not_found, plan_not_available, return_url_not_allowed, provider_customer_taken,
   *   provider_not_configured, provider_unavailable, provider_refused
   */
  async startCheckout(user: User, command: CheckoutCommand): Promise<{ url: string }> {
    const origins = this.config.http.allowedReturnOrigins;
    const successUrl = keepPlaceholder(checkReturnUrl(command.successUrl, origins, 'success_url'));
    const cancelUrl = checkReturnUrl(command.cancelUrl, origins, 'cancel_url');
    const group = await this.access.chooseGroup(user.id, command.groupExternalId, true);
    if (await this.access.findLiving(group.id)) throw new ApplicationError('subscription_already_active');
    const { provider, priceId } = await this.findPrice(command);
    const customerId = await this.customers.ensure(user, provider.name);
    const metadata = { group_id: group.externalId, user_id: user.externalId, plan_id: command.planUuid };
    // The same click again gives the same page, as long as that page is open.
    const requestId = digest([group.externalId, priceId, successUrl, cancelUrl]);
    return provider
      .createSubscriptionCheckout({
        customerId,
        priceId,
        successUrl,
        cancelUrl,
        metadata,
        requestId,
      })
      .then(({ url }) => ({ url }))
      .catch((error: unknown) => {
        throw toApplicationError(error);
      });
  }

  private async findPrice({ planUuid, currency, provider: name }: CheckoutCommand): Promise<SoldPrice> {
    const plan = await this.catalog.findPlanByUuid(planUuid);
    if (!plan) throw new ApplicationError('plan_not_found');
    for (const provider of name === undefined ? this.providers.all() : [this.providers.get(name)]) {
      const price = plan.prices.find(
        (each) =>
          each.provider === provider.name && (currency === undefined || each.currency === currency.toUpperCase()),
      );
      if (plan.isOffered && price) return { provider, priceId: price.providerPriceId };
    }
    throw new ApplicationError('plan_not_available');
  }
}

/** What a plan is sold as, and where. */
interface SoldPrice {
  readonly provider: BillingProvider;
  readonly priceId: string;
}

/** Stripe fills in the session's id only where the braces stand as they are. */
const keepPlaceholder = (url: string): string => url.replaceAll('%7BCHECKOUT_SESSION_ID%7D', '{CHECKOUT_SESSION_ID}');

const digest = (parts: readonly string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');
