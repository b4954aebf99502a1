import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { json, type Caller, type Json } from './caller.js';
import { OFFERS, type DemoOffer } from './extras.js';
import { PRODUCTS, type DemoProduct } from './products.js';
import type { Prices, SoldAt } from './prices.js';

/** Puts products and offers into the catalogue. A code that is there already is left as it is, but for a provider's prices. */
export async function addOffers(prices: Prices, uplift: Caller): Promise<void> {
  const products = new Set((await list(uplift, '/api/v1/admin/products')).map(({ code }) => code));
  for (const product of PRODUCTS.filter(({ code }) => !products.has(code))) {
    await uplift('PUT', `/api/v1/admin/products/${product.code}`, json(await toProduct(uplift, product)));
  }
  const offers = await list(uplift, '/api/v1/admin/offers');
  for (const offer of OFFERS) {
    const listed = offers.find(({ code }) => code === offer.code);
    const sold = await ensurePrices(prices, offer);
    const body = listed ? withPrices(listed, sold) : toOffer(offer, sold);
    if (body) await uplift('PUT', `/api/v1/admin/offers/${offer.code}`, json(body));
  }
}

/**
 * At Stripe only what the shop itself sells needs a price: a sale is known by it. Dodo Payments charges nothing that is not
 * one of its products, so there each offer has one. A plan's offer is sold at what the plan is sold at.
 */
async function ensurePrices(prices: Prices, offer: DemoOffer): Promise<readonly SoldAt[]> {
  if ('plan' in offer) return [];
  const { code, name, currency, unitAmount, soldByShop } = offer;
  const sold = { lookupKey: code, name, currency, unitAmount };
  const atDodo = await prices.ensureAtDodo(sold);
  return soldByShop ? [await prices.ensureAtStripe(sold), atDodo] : [atDodo];
}

interface Listed {
  readonly code: string;
  readonly provider_price_ids?: readonly Json[];
}

const list = async (uplift: Caller, path: string): Promise<readonly Listed[]> =>
  (await uplift('GET', path)) as unknown as Listed[];

async function toProduct(
  uplift: Caller,
  { name, description, delivery, image, translations }: DemoProduct,
): Promise<Json> {
  const bytes = readFileSync(join(import.meta.dirname, 'images', image));
  const { path } = await uplift('POST', '/api/v1/admin/media', { contentType: 'image/png', bytes });
  return { name, description, delivery, image: path, translations };
}

const toPriceId = ({ provider, priceId }: SoldAt): Json => ({ provider, provider_price_id: priceId });

const toOffer = (offer: DemoOffer, sold: readonly SoldAt[]): Json => ({
  name: offer.name,
  description: offer.description,
  selling_points: offer.sellingPoints,
  translations: offer.translations,
  allowed_methods: offer.methods,
  ...('plan' in offer
    ? { plan_code: offer.plan }
    : { product_code: offer.product, currency: offer.currency, unit_amount: offer.unitAmount }),
  provider_price_ids: sold.map(toPriceId),
});

/** What somebody has changed since stays. @returns undefined where no price is missing */
function withPrices({ code: _code, ...listed }: Listed, sold: readonly SoldAt[]): Json | undefined {
  const known = listed.provider_price_ids ?? [];
  const missing = sold.filter((price) => !known.some(({ provider_price_id: id }) => id === price.priceId));
  if (missing.length === 0) return undefined;
  const { id: _id, kind: _kind, plan_prices: _planPrices, ...kept } = listed as Json;
  return { ...kept, provider_price_ids: [...known, ...missing.map(toPriceId)] };
}
