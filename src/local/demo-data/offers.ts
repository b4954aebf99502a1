import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { json, type Caller, type Json } from './caller.js';
import { OFFERS, type DemoOffer } from './extras.js';
import { PRODUCTS, type DemoProduct } from './products.js';
import { ensurePrice } from './stripe-prices.js';

/** Puts products and offers into the catalogue. A code that is there already is left as it is. */
export async function addOffers(sandbox: Caller, uplift: Caller): Promise<void> {
  const products = await listCodes(uplift, '/api/v1/admin/products');
  for (const product of PRODUCTS.filter(({ code }) => !products.has(code))) {
    await uplift('PUT', `/api/v1/admin/products/${product.code}`, json(await toProduct(uplift, product)));
  }
  const offers = await listCodes(uplift, '/api/v1/admin/offers');
  for (const offer of OFFERS) {
    // What the shop itself sells has a price at the provider: the sale is known by it.
    const price = offer.soldByShop
      ? await ensurePrice(sandbox, {
          lookupKey: offer.code,
          productName: offer.name,
          currency: offer.currency.toLowerCase(),
          unitAmount: offer.unitAmount,
        })
      : undefined;
    if (!offers.has(offer.code)) await uplift('PUT', `/api/v1/admin/offers/${offer.code}`, json(toOffer(offer, price)));
  }
}

async function listCodes(uplift: Caller, path: string): Promise<ReadonlySet<string>> {
  const listed = (await uplift('GET', path)) as unknown as { code: string }[];
  return new Set(listed.map(({ code }) => code));
}

async function toProduct(
  uplift: Caller,
  { name, description, delivery, image, translations }: DemoProduct,
): Promise<Json> {
  const bytes = readFileSync(join(import.meta.dirname, 'images', image));
  const { path } = await uplift('POST', '/api/v1/admin/media', { contentType: 'image/png', bytes });
  return { name, description, delivery, image: path, translations };
}

const toOffer = (offer: DemoOffer, price: { readonly id: string } | undefined): Json => ({
  name: offer.name,
  description: offer.description,
  selling_points: offer.sellingPoints,
  translations: offer.translations,
  allowed_methods: offer.methods,
  ...('plan' in offer
    ? { plan_code: offer.plan }
    : { product_code: offer.product, currency: offer.currency, unit_amount: offer.unitAmount }),
  ...(price ? { provider_price_ids: [{ provider: 'stripe', provider_price_id: price.id }] } : {}),
});
