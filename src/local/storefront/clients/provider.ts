import type { Customer } from '../customers.js';
import { send, type Call, type Recorder, type Result } from './call.js';

const ACTOR = 'the shop’s own provider key';

export interface ProviderPrice {
  readonly id: string;
  readonly lookup_key: string | null;
  /** Lower case. */
  readonly currency: string;
  /** Minor units. */
  readonly unit_amount: number;
}

export interface CheckoutOrder {
  readonly customerId: string;
  readonly priceId: string;
  readonly methods: readonly ('card' | 'pix')[];
  readonly successUrl: string;
  readonly cancelUrl: string;
  readonly locale: string;
}

/** The payment provider's API, as the shop itself uses it for its own checkout: Uplift has no part in that. */
export class Provider {
  constructor(
    private readonly url: string,
    private readonly secretKey: string,
  ) {}

  findPrices(lookupKeys: readonly string[], record: Recorder): Promise<Result<{ data: readonly ProviderPrice[] }>> {
    const query = new URLSearchParams(lookupKeys.map((key, index): [string, string] => [`lookup_keys[${index}]`, key]));
    return this.call({ method: 'GET', path: `/v1/prices?${query}` }, record);
  }

  createCustomer({ name, email }: Customer, record: Recorder): Promise<Result<{ id: string }>> {
    return this.call({ method: 'POST', path: '/v1/customers', form: { name, email } }, record);
  }

  /** The card is kept, so that the customer can say yes to an upsell with one click. */
  createCheckout(order: CheckoutOrder, record: Recorder): Promise<Result<{ url: string }>> {
    const form = {
      mode: 'payment',
      customer: order.customerId,
      'line_items[0][price]': order.priceId,
      'line_items[0][quantity]': '1',
      ...Object.fromEntries(order.methods.map((method, index) => [`allowed_payment_method_types[${index}]`, method])),
      ...(order.methods.includes('card') ? { 'payment_method_options[card][setup_future_usage]': 'off_session' } : {}),
      success_url: order.successUrl,
      cancel_url: order.cancelUrl,
      locale: order.locale,
    };
    return this.call({ method: 'POST', path: '/v1/checkout/sessions', form }, record);
  }

  private call<Body>(
    call: Omit<Call, 'actor' | 'headers' | 'body'> & { readonly form?: Readonly<Record<string, string>> },
    record: Recorder,
  ): Promise<Result<Body>> {
    const headers = { authorization: `Bearer ${this.secretKey}` };
    return send(this.url, { ...call, actor: ACTOR, headers }, record);
  }
}
