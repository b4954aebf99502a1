import { createHash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import {
  BillingProviderRegistry,
  ProviderError,
  toApplicationError,
  type ProviderFact,
} from '../billing-providers/index.js';
import { CatalogService } from '../catalog/index.js';
import { UnitOfWork, type Tx } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { checkReturnUrl } from '../common/http/index.js';
import { Config, type Language } from '../config/index.js';
import { computeCustomerWakeKey, IdentityService, type User } from '../identity/index.js';
import type { FactOutcome } from './domain/fact-outcome.js';
import { ReadRequests, type ReadRequest } from './jobs/read-requests.js';
import { SubscriptionAccess } from './subscription-access.js';
import { SubscriptionLifeCycleHandler } from './subscription-life-cycle-handler.js';

/** The provider that new subscriptions are started at. */
const PROVIDER = 'stripe';

export interface CheckoutCommand {
  readonly planUuid: string;
  readonly groupExternalId?: string;
  readonly successUrl: string;
  readonly cancelUrl: string;
  readonly currency?: string;
}

@Injectable()
export class SubscriptionService {
  private readonly logger = new Logger(SubscriptionService.name);

  constructor(
    private readonly config: Config,
    private readonly providers: BillingProviderRegistry,
    private readonly identity: IdentityService,
    private readonly catalog: CatalogService,
    private readonly access: SubscriptionAccess,
    private readonly handler: SubscriptionLifeCycleHandler,
    private readonly reads: ReadRequests,
    private readonly unitOfWork: UnitOfWork,
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
   *   provider_unavailable, provider_refused
   */
  async startCheckout(user: User, command: CheckoutCommand): Promise<{ url: string }> {
    const origins = this.config.http.allowedReturnOrigins;
    const successUrl = keepPlaceholder(checkReturnUrl(command.successUrl, origins, 'success_url'));
    const cancelUrl = checkReturnUrl(command.cancelUrl, origins, 'cancel_url');
    const group = await this.access.chooseGroup(user.id, command.groupExternalId, true);
    if (await this.access.findLiving(group.id)) throw new ApplicationError('subscription_already_active');
    const price = await this.findPrice(command.planUuid, command.currency);
    const customerId = await this.ensureCustomer(user);
    const provider = this.providers.get(PROVIDER);
    const metadata = { group_id: group.externalId, user_id: user.externalId, plan_id: command.planUuid };
    // The same click again gives the same page, as long as that page is open.
    const requestId = digest([group.externalId, price.providerPriceId, successUrl, cancelUrl]);
    return provider
      .createSubscriptionCheckout({
        customerId,
        priceId: price.providerPriceId,
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

  private async findPrice(planUuid: string, currency?: string): Promise<{ providerPriceId: string }> {
    const plan = await this.catalog.findPlanByUuid(planUuid);
    if (!plan) throw new ApplicationError('plan_not_found');
    const prices = plan.prices.filter((price) => price.provider === PROVIDER);
    const price = currency === undefined ? prices[0] : prices.find((each) => each.currency === currency.toUpperCase());
    if (!plan.isOffered || !price) throw new ApplicationError('plan_not_available');
    return price;
  }

  /** The user's customer at the provider; made, and linked to the user before anything can happen to it, when missing. */
  private async ensureCustomer(user: User): Promise<string> {
    const known = await this.identity.findProviderCustomer(user.id, PROVIDER);
    if (known) return known;
    const created = await this.providers
      .get(PROVIDER)
      .createCustomer({ userId: user.externalId, email: user.email, name: user.name })
      .catch((error: unknown) => {
        throw toApplicationError(error);
      });
    const linked = await this.unitOfWork.run((tx) =>
      this.identity.linkProviderCustomer(tx, { userId: user.id, provider: PROVIDER, customerId: created.customerId }),
    );
    this.logger.log({ message: 'provider customer linked', user_id: user.id, customer_id: linked });
    return linked;
  }
}

/** Stripe fills in the session's id only where the braces stand as they are. */
const keepPlaceholder = (url: string): string => url.replaceAll('%7BCHECKOUT_SESSION_ID%7D', '{CHECKOUT_SESSION_ID}');

const digest = (parts: readonly string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');
