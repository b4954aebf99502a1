import type { Customer } from '../customers.js';
import { send, type Call, type Recorder, type Result } from './call.js';
import {
  mapBody,
  type CheckoutOrder,
  type OpenedCheckout,
  type ProviderClient,
  type ProviderPrice,
} from './provider.js';

interface StripePrice {
  readonly id: string;
  readonly lookup_key: string | null;
  /** Lower case. */
  readonly currency: string;
  readonly unit_amount: number;
}

interface StripeCheckout {
  readonly id: string;
  readonly url: string;
}

const ACTOR = 'the shop’s own Stripe key';

/** Stripe's API (docs.stripe.com/api). */
export class StripeClient implements ProviderClient {
  constructor(
    private readonly url: string,
    private readonly secretKey: string,
  ) {}

  methodsOf(wanted: readonly ('card' | 'pix')[]): readonly ('card' | 'pix')[] {
    return wanted;
  }

  async findPrices(lookupKeys: readonly string[], record: Recorder): Promise<Result<readonly ProviderPrice[]>> {
    const query = new URLSearchParams(lookupKeys.map((key, index): [string, string] => [`lookup_keys[${index}]`, key]));
    const found = await this.call<{ data: StripePrice[] }>({ method: 'GET', path: `/v1/prices?${query}` }, record);
    return mapBody(found, ({ data }) =>
      data.map(({ id, lookup_key: lookupKey, currency, unit_amount: unitAmount }) => ({
        id,
        lookupKey: lookupKey ?? '',
        currency: currency.toUpperCase(),
        unitAmount,
      })),
    );
  }

  /** Nobody is looked for: who has bought before is linked at Uplift, which the shop asks first. */
  async ensureCustomer({ name, email }: Customer, record: Recorder): Promise<Result<string>> {
    const call = { method: 'POST', path: '/v1/customers', form: { name, email } } as const;
    return mapBody(await this.call<{ id: string }>(call, record), ({ id }) => id);
  }

  async openCheckout(order: CheckoutOrder, record: Recorder): Promise<Result<OpenedCheckout>> {
    const form = {
      mode: 'payment',
      customer: order.customerId,
      'line_items[0][price]': order.priceId,
      'line_items[0][quantity]': '1',
      ...Object.fromEntries(order.methods.map((method, index) => [`allowed_payment_method_types[${index}]`, method])),
      ...(order.methods.includes('card') ? { 'payment_method_options[card][setup_future_usage]': 'off_session' } : {}),
      success_url: order.successUrl,
      cancel_url: order.cancelUrl,
      locale: order.language,
    };
    const opened = await this.call<StripeCheckout>({ method: 'POST', path: '/v1/checkout/sessions', form }, record);
    return mapBody(opened, ({ id, url }) => ({ checkoutId: id, url }));
  }

  private call<Body>(call: Omit<Call, 'actor' | 'headers' | 'body'>, record: Recorder): Promise<Result<Body>> {
    const headers = { authorization: `Bearer ${this.secretKey}` };
    return send(this.url, { ...call, actor: ACTOR, headers }, record);
  }
}
