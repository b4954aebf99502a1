import type { Customer } from '../customers.js';
import { send, type Call, type Recorder, type Result } from './call.js';
import {
  mapBody,
  type CheckoutOrder,
  type OpenedCheckout,
  type ProviderClient,
  type ProviderPrice,
} from './provider.js';

interface DodoProduct {
  readonly product_id: string;
  readonly currency?: string | null;
  readonly price?: number | null;
  readonly metadata: Readonly<Record<string, unknown>>;
}

interface DodoCheckout {
  readonly session_id: string;
  readonly checkout_url: string;
}

const ACTOR = 'the shop’s own Dodo Payments key';
/** The largest page; it counts them from zero. */
const FIRST_PAGE = 'page_number=0&page_size=100';

/** Dodo Payments' API (docs.dodopayments.com/api-reference): what is sold there is a product, which has its price in itself. */
export class DodoClient implements ProviderClient {
  constructor(
    private readonly url: string,
    private readonly apiKey: string,
  ) {}

  /** Its checkout decides by itself what it offers; Pix is not among it. */
  methodsOf(wanted: readonly ('card' | 'pix')[]): readonly ('card' | 'pix')[] {
    return wanted.filter((method) => method === 'card');
  }

  /** There is nothing to look a product up by, so the shop keeps its own key in the product's metadata. */
  async findPrices(lookupKeys: readonly string[], record: Recorder): Promise<Result<readonly ProviderPrice[]>> {
    const found = await this.call<{ items: DodoProduct[] }>(
      { method: 'GET', path: `/products?recurring=false&${FIRST_PAGE}` },
      record,
    );
    return mapBody(found, ({ items }) =>
      items
        .map(({ product_id: id, currency, price, metadata }) => ({
          id,
          lookupKey: String(metadata['lookup_key'] ?? ''),
          currency: currency ?? '',
          unitAmount: price ?? 0,
        }))
        .filter(({ lookupKey }) => lookupKeys.includes(lookupKey)),
    );
  }

  async ensureCustomer({ name, email }: Customer, record: Recorder): Promise<Result<string>> {
    const query = new URLSearchParams({ email, page_number: '0', page_size: '1' });
    const found = await this.call<{ items: { customer_id: string }[] }>(
      { method: 'GET', path: `/customers?${query}` },
      record,
    );
    if (!found.ok) return found;
    const [known] = found.body.items;
    if (known) return { ...found, body: known.customer_id };
    const create = { method: 'POST', path: '/customers', body: { name, email } } as const;
    return mapBody(await this.call<{ customer_id: string }>(create, record), ({ customer_id: id }) => id);
  }

  async openCheckout(order: CheckoutOrder, record: Recorder): Promise<Result<OpenedCheckout>> {
    const body = {
      product_cart: [{ product_id: order.priceId, quantity: 1 }],
      customer: { customer_id: order.customerId },
      return_url: order.successUrl,
      cancel_url: order.cancelUrl,
      customization: { force_language: order.language },
      feature_flags: { redirect_immediately: true },
    };
    const opened = await this.call<DodoCheckout>({ method: 'POST', path: '/checkouts', body }, record);
    return mapBody(opened, ({ session_id: checkoutId, checkout_url: url }) => ({ checkoutId, url }));
  }

  private call<Body>(call: Omit<Call, 'actor' | 'headers' | 'form'>, record: Recorder): Promise<Result<Body>> {
    const headers = { authorization: `Bearer ${this.apiKey}` };
    return send(this.url, { ...call, actor: ACTOR, headers }, record);
  }
}
