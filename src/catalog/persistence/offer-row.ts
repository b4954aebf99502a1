import type { Offer, OfferKind, OfferMethod, OfferProviderPrice } from '../domain/offer.js';
import type { Plan } from '../domain/plan.js';
import type { MappedPrice } from '../domain/price.js';
import type { Product } from '../domain/product.js';
import { IMAGE_FOLDER, toImagePath } from '../domain/image-path.js';

export interface OfferRow {
  readonly id: string;
  readonly uuid: string;
  readonly code: string;
  readonly kind: OfferKind;
  readonly name: string;
  readonly description: string | null;
  readonly selling_points: string[];
  readonly image_sha256: string | null;
  readonly translations: Offer['translations'];
  readonly currency: string | null;
  /** bigint, which the driver gives as text. */
  readonly unit_amount: string | null;
  readonly allowed_methods: OfferMethod[];
  readonly maximum_installments: number;
  /** bigint, which the driver gives as text. */
  readonly minimum_installment_amount: string | null;
  readonly is_active: boolean;
  readonly product: Product | null;
  readonly plan: Plan | null;
  readonly plan_prices: MappedPrice[];
  readonly provider_prices: OfferProviderPrice[];
}

/** An offer with all that belongs to it, in one statement: a customer waits for it. */
export const SELECT_OFFER = `
  SELECT offer.id, offer.uuid, offer.code, offer.kind, offer.name, offer.description, offer.selling_points,
         offer.image_sha256, offer.translations, offer.currency, offer.unit_amount, offer.allowed_methods,
         offer.maximum_installments, offer.minimum_installment_amount, offer.is_active,
         CASE WHEN product.id IS NOT NULL THEN jsonb_build_object(
           'id', product.id::text, 'uuid', product.uuid, 'code', product.code, 'name', product.name,
           'description', product.description, 'delivery', product.delivery,
           'image', '${IMAGE_FOLDER}' || product.image_sha256, 'translations', product.translations,
           'isActive', product.is_active) END AS product,
         CASE WHEN plan.id IS NOT NULL THEN jsonb_build_object(
           'id', plan.id::text, 'uuid', plan.uuid, 'code', plan.code, 'name', plan.name,
           'description', plan.description, 'features', plan.features, 'limits', plan.limits, 'rank', plan.rank,
           'isOffered', plan.is_offered,
           'package', jsonb_build_object('id', package.id::text, 'uuid', package.uuid, 'code', package.code,
                                         'name', package.name, 'description', package.description,
                                         'prorationModes', package.proration_modes,
                                         'downgradePolicy', package.downgrade_policy)) END AS plan,
         price.list AS plan_prices, mapped.list AS provider_prices
    FROM offers offer
    LEFT JOIN products product ON product.id = offer.product_id
    LEFT JOIN package_plans plan ON plan.id = offer.package_plan_id
    LEFT JOIN packages package ON package.id = plan.package_id
   CROSS JOIN LATERAL (
           SELECT coalesce(jsonb_agg(jsonb_build_object(
                    'planId', sold.package_plan_id::text, 'provider', sold.provider,
                    'providerPriceId', sold.provider_price_id, 'providerProductId', sold.provider_product_id,
                    'currency', sold.currency, 'unitAmount', sold.unit_amount,
                    'billingInterval', sold.billing_interval, 'intervalCount', sold.interval_count,
                    'isCurrent', sold.is_current) ORDER BY sold.provider, sold.currency), '[]') AS list
             FROM package_plan_prices sold
            WHERE sold.package_plan_id = offer.package_plan_id AND sold.is_current) price
   CROSS JOIN LATERAL (
           SELECT coalesce(jsonb_agg(jsonb_build_object(
                    'provider', own.provider, 'providerPriceId', own.provider_price_id) ORDER BY coalesce(own.listed_again, own.id) DESC),
                    '[]') AS list
             FROM offer_provider_prices own
            WHERE own.offer_id = offer.id) mapped`;

export const offerFromRow = (row: OfferRow): Offer => ({
  id: row.id,
  uuid: row.uuid,
  code: row.code,
  kind: row.kind,
  product: row.product,
  plan: row.plan,
  name: row.name,
  description: row.description,
  sellingPoints: row.selling_points,
  image: row.image_sha256 && toImagePath(row.image_sha256),
  translations: row.translations,
  currency: row.currency,
  unitAmount: toAmount(row.unit_amount),
  allowedMethods: row.allowed_methods,
  maximumInstallments: row.maximum_installments,
  minimumInstallmentAmount: toAmount(row.minimum_installment_amount),
  isActive: row.is_active,
  planPrices: row.plan_prices,
  providerPrices: row.provider_prices,
});

/** Amounts are far below 2^53. */
const toAmount = (column: string | null): number | null => (column === null ? null : Number(column));
