import type { Customer, Group } from '../customers.js';
import type { StorefrontOptions } from '../options.js';
import type { Order } from '../sessions.js';
import type { Language } from '../texts/index.js';
import type { ProviderId } from '../providers.js';
import type { ClaimedSale, Offer, OwnedProduct, WebhookEvent } from './api.types.js';
import { send, type Call, type Recorder, type Result } from './call.js';
import { CustomerSession } from './customer-session.js';
import { CustomerTokens } from './customer-tokens.js';

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

  /** Whether what only administrators read can be read: webhook events, and offers with their ids. */
  get readsAdministration(): boolean {
    return this.options.adminApiKey !== undefined;
  }

  /** @param link what the customer is at a payment provider; left as it is when not given */
  putUser(
    { id, name, email }: Customer,
    record: Recorder,
    link?: { readonly provider: ProviderId; readonly customerId: string },
  ): Promise<Result<{ payment_provider_customer_id: string | null }>> {
    const linked = link && { payment_provider: link.provider, payment_provider_customer_id: link.customerId };
    const body = { name, email, ...linked };
    return this.asService({ method: 'PUT', path: `/api/v1/service/users/${id}`, body }, record);
  }

  /** What the customer has bought once; plans are told with the subscription. */
  readEntitlements({ id }: Customer, record: Recorder): Promise<Result<{ products: readonly OwnedProduct[] }>> {
    return this.asService({ method: 'GET', path: `/api/v1/service/entitlements/${id}` }, record);
  }

  /** Tells of a paid checkout, and learns where the customer goes next. */
  claimSale(
    customer: Customer,
    order: Order & { readonly language: Language; readonly returnUrl: string },
    record: Recorder,
  ): Promise<Result<ClaimedSale>> {
    const body = {
      provider: order.provider,
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
    return this.asAdministrator(`webhook-events?${query}`, record);
  }

  listOffers(record: Recorder): Promise<Result<readonly Offer[]>> {
    return this.asAdministrator('offers', record);
  }

  /** How much the customer's group uses of what plans limit. */
  putUsage(group: string, usage: Readonly<Record<string, number>>, record: Recorder): Promise<Result<unknown>> {
    return this.asService({ method: 'PUT', path: `/api/v1/service/groups/${group}/usage`, body: { usage } }, record);
  }

  /** @param record is given every call that the session makes */
  inNameOf(customer: Customer, language: Language, record: Recorder): CustomerSession {
    const actor = `Bearer JWT (sub: ${customer.id})`;
    return new CustomerSession(customer.group, async <Body>(call: Omit<Call, 'actor' | 'headers'>, key?: string) => {
      const headers = {
        authorization: `Bearer ${await this.tokens.sign(customer.id)}`,
        'accept-language': language,
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      };
      return send<Body>(this.url, { ...call, actor, headers }, record);
    });
  }

  private asAdministrator<Body>(path: string, record: Recorder): Promise<Result<Body>> {
    const headers = { 'x-api-key': this.options.adminApiKey ?? '' };
    const call = { method: 'GET', path: `/api/v1/admin/${path}`, actor: 'X-Api-Key (admin)', headers } as const;
    return send(this.url, call, record);
  }

  private asService<Body>(call: Omit<Call, 'actor' | 'headers'>, record: Recorder): Promise<Result<Body>> {
    const headers = { 'x-api-key': this.options.serviceApiKey };
    return send(this.url, { ...call, actor: 'X-Api-Key (service)', headers }, record);
  }
}
