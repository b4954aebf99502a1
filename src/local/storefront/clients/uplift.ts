import type { Customer, Group } from '../customers.js';
import type { StorefrontOptions } from '../options.js';
import type { Language } from '../texts/index.js';
import type { ClaimedSale, OwnedProduct, Plan, Subscription, WebhookEvent } from './api.types.js';
import { send, type Call, type Recorder, type Result } from './call.js';
import { CustomerTokens } from './customer-tokens.js';

const GENERAL = '/api/v1/general';
const SUBSCRIPTION = `${GENERAL}/subscription`;

/** Uplift's HTTP API, as the storefront's server uses it: by the service key, or in the name of a customer. */
export class Uplift {
  private readonly tokens: CustomerTokens;

  constructor(private readonly options: StorefrontOptions) {
    this.tokens = new CustomerTokens(options.jwtSecret, options.jwtAudience ?? 'uplift', options.jwtIssuer);
  }

  get url(): string {
    const { upliftUrl } = this.options;
    return typeof upliftUrl === 'string' ? upliftUrl : upliftUrl();
  }

  get showsWebhookEvents(): boolean {
    return this.options.adminApiKey !== undefined;
  }

  /** @param customerId what the customer is at the payment provider; left as it is when not given */
  putUser(
    { id, name, email }: Customer,
    record: Recorder,
    customerId?: string,
  ): Promise<Result<{ payment_provider_customer_id: string | null }>> {
    const link = customerId === undefined ? {} : { payment_provider_customer_id: customerId };
    return this.asService(
      { method: 'PUT', path: `/api/v1/service/users/${id}`, body: { name, email, ...link } },
      record,
    );
  }

  /** What the customer has bought once; plans are told with the subscription. */
  readEntitlements({ id }: Customer, record: Recorder): Promise<Result<{ products: readonly OwnedProduct[] }>> {
    return this.asService({ method: 'GET', path: `/api/v1/service/entitlements/${id}` }, record);
  }

  /** Tells of a paid checkout, and learns where the customer goes next. */
  claimSale(
    customer: Customer,
    order: { readonly checkoutId: string; readonly language: Language; readonly returnUrl: string },
    record: Recorder,
  ): Promise<Result<ClaimedSale>> {
    const body = {
      provider: 'stripe',
      checkout_id: order.checkoutId,
      user_id: customer.id,
      group_id: customer.group,
      language: order.language,
      return_url: order.returnUrl,
    };
    return this.asService({ method: 'POST', path: '/api/v1/service/sales', body }, record);
  }

  /** @param members all of them: whoever is not named leaves the group. */
  putGroup(group: Group, members: readonly Customer[], record: Recorder): Promise<Result<unknown>> {
    const body = { name: group.name, members: members.map(({ id, role }) => ({ user_external_id: id, role })) };
    return this.asService({ method: 'PUT', path: `/api/v1/service/groups/${group.id}`, body }, record);
  }

  /** Newest first. */
  listWebhookEvents(query: string, record: Recorder): Promise<Result<{ items: readonly WebhookEvent[] }>> {
    const path = `/api/v1/admin/webhook-events?${query}`;
    const headers = { 'x-api-key': this.options.adminApiKey ?? '' };
    return send(this.url, { method: 'GET', path, actor: 'X-Api-Key (admin)', headers }, record);
  }

  /** @param record is given every call that the session makes */
  inNameOf(customer: Customer, language: Language, record: Recorder): CustomerSession {
    const actor = `Bearer JWT (sub: ${customer.id})`;
    return new CustomerSession(customer.group, async <Body>(call: Omit<Call, 'actor' | 'headers'>) => {
      const headers = { authorization: `Bearer ${await this.tokens.sign(customer.id)}`, 'accept-language': language };
      return send<Body>(this.url, { ...call, actor, headers }, record);
    });
  }

  private asService<Body>(call: Omit<Call, 'actor' | 'headers'>, record: Recorder): Promise<Result<Body>> {
    const headers = { 'x-api-key': this.options.serviceApiKey };
    return send(this.url, { ...call, actor: 'X-Api-Key (service)', headers }, record);
  }
}

type CustomerCall = <Body>(call: Omit<Call, 'actor' | 'headers'>) => Promise<Result<Body>>;

/** What a signed-in customer can ask of Uplift. */
export class CustomerSession {
  private readonly groupQuery: string;

  constructor(
    private readonly groupId: string,
    private readonly call: CustomerCall,
  ) {
    this.groupQuery = new URLSearchParams({ group_id: groupId }).toString();
  }

  listPlans(): Promise<Result<{ plans: readonly Plan[] }>> {
    return this.call({ method: 'GET', path: `${GENERAL}/plans` });
  }

  readSubscription(): Promise<Result<Subscription>> {
    return this.call({ method: 'GET', path: `${SUBSCRIPTION}?${this.groupQuery}` });
  }

  startCheckout(planId: string, successUrl: string, cancelUrl: string): Promise<Result<{ url: string }>> {
    const body = { plan_id: planId, group_id: this.groupId, success_url: successUrl, cancel_url: cancelUrl };
    return this.call({ method: 'POST', path: `${SUBSCRIPTION}/checkout`, body });
  }

  openPortal(returnUrl: string): Promise<Result<{ url: string }>> {
    const body = { return_url: returnUrl, group_id: this.groupId };
    return this.call({ method: 'POST', path: `${SUBSCRIPTION}/billing-portal`, body });
  }

  changePlan(planId: string): Promise<Result<Subscription>> {
    const body = { plan_id: planId, effective: 'renewal', group_id: this.groupId };
    return this.call({ method: 'POST', path: `${SUBSCRIPTION}/change-plan`, body });
  }

  undoChange(): Promise<Result<Subscription>> {
    return this.call({ method: 'DELETE', path: `${SUBSCRIPTION}/scheduled-change?${this.groupQuery}` });
  }

  cancel(): Promise<Result<Subscription>> {
    return this.call({ method: 'POST', path: `${SUBSCRIPTION}/cancel`, body: { group_id: this.groupId } });
  }

  resume(): Promise<Result<Subscription>> {
    return this.call({ method: 'POST', path: `${SUBSCRIPTION}/resume`, body: { group_id: this.groupId } });
  }
}
