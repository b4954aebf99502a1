import type { OfferDraft } from '../domain/offer-rules.js';
import type { Product } from '../domain/product.js';
import type { OfferWithPrices } from '../offers.service.js';
import type { ProductDetails } from '../persistence/product.repository.js';
import { toAdminPrice } from './catalog.response.js';
import type { OfferDto } from './offer.dto.js';
import type { UpsertOfferDto } from './offers.dto.js';
import type { ProductDto, UpsertProductDto } from './products.dto.js';

export const toProduct = (product: Product): ProductDto => ({
  id: product.uuid,
  code: product.code,
  name: product.name,
  description: product.description,
  delivery: product.delivery,
  image: product.image,
  translations: product.translations,
  is_active: product.isActive,
});

export const toProductDetails = (code: string, body: UpsertProductDto): ProductDetails => ({
  code,
  name: body.name,
  description: body.description ?? null,
  delivery: body.delivery ?? null,
  image: body.image ?? null,
  translations: body.translations ?? {},
  isActive: body.is_active ?? true,
});

export const toOffer = ({ offer, providerPrices }: OfferWithPrices): OfferDto => ({
  id: offer.uuid,
  code: offer.code,
  kind: offer.kind,
  product_code: offer.product?.code ?? null,
  plan_code: offer.plan?.code ?? null,
  name: offer.name,
  description: offer.description,
  selling_points: [...offer.sellingPoints],
  image: offer.image,
  translations: offer.translations as OfferDto['translations'],
  currency: offer.currency,
  unit_amount: offer.unitAmount,
  allowed_methods: [...offer.allowedMethods],
  maximum_installments: offer.maximumInstallments,
  minimum_installment_amount: offer.minimumInstallmentAmount,
  is_active: offer.isActive,
  plan_prices: offer.planPrices.map(toAdminPrice),
  provider_price_ids: providerPrices.map((price) => ({
    provider: price.provider,
    provider_price_id: price.providerPriceId,
  })),
});

export const toOfferDraft = (code: string, body: UpsertOfferDto): OfferDraft => ({
  code,
  productCode: body.product_code ?? null,
  planCode: body.plan_code ?? null,
  name: body.name,
  description: body.description ?? null,
  sellingPoints: body.selling_points ?? [],
  image: body.image ?? null,
  translations: body.translations ?? {},
  currency: body.currency ?? null,
  unitAmount: body.unit_amount ?? null,
  allowedMethods: body.allowed_methods ?? ['card'],
  maximumInstallments: body.maximum_installments ?? 1,
  minimumInstallmentAmount: body.minimum_installment_amount ?? null,
  isActive: body.is_active ?? true,
  providerPrices: (body.provider_price_ids ?? []).map((price) => ({
    provider: price.provider,
    providerPriceId: price.provider_price_id,
  })),
});
