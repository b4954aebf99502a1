import type { Caller } from './caller.js';

export interface StripePrice {
  readonly id: string;
  readonly product: string;
}

interface WantedPrice {
  /** Only one price has it (docs.stripe.com/api/prices): by it the price is found again. */
  readonly lookupKey: string;
  readonly productName: string;
  /** Lower case, as Stripe writes it. */
  readonly currency: string;
  /** Minor units. */
  readonly unitAmount: number;
  /** Of a plan; without one the price is paid once. */
  readonly interval?: string;
}

/** Makes the price at the provider unless it is there. */
export async function ensurePrice(sandbox: Caller, wanted: WantedPrice): Promise<StripePrice> {
  const lookup = new URLSearchParams({ 'lookup_keys[0]': wanted.lookupKey });
  const { data } = (await sandbox('GET', `/v1/prices?${lookup}`)) as unknown as { data: StripePrice[] };
  if (data[0]) return data[0];
  const price = await sandbox(
    'POST',
    '/v1/prices',
    new URLSearchParams({
      currency: wanted.currency,
      unit_amount: String(wanted.unitAmount),
      lookup_key: wanted.lookupKey,
      'product_data[name]': wanted.productName,
      ...(wanted.interval ? { 'recurring[interval]': wanted.interval } : {}),
    }),
  );
  return price as unknown as StripePrice;
}
