import type { NextPages, WholeSale } from '../sales.service.js';
import type { ClaimedSaleDto, SaleDto, SaleItemDto } from './sales.dto.js';

export const toClaimedResponse = (whole: WholeSale, { upsell, thankYouUrl }: NextPages): ClaimedSaleDto => ({
  sale: toSaleResponse(whole),
  upsell: upsell && { url: upsell.url, expires_at: upsell.expiresAt.toISOString() },
  thank_you_url: thankYouUrl,
});

export const toSaleResponse = ({ sale, userExternalId, groupExternalId, items }: WholeSale): SaleDto => ({
  id: sale.uuid,
  status: sale.status,
  is_closed: sale.closedAt !== null,
  closed_at: sale.closedAt?.toISOString() ?? null,
  user_id: userExternalId,
  group_id: groupExternalId,
  provider: sale.provider,
  provider_payment_id: sale.providerPaymentId,
  provider_checkout_id: sale.providerCheckoutId,
  amount: sale.amount,
  currency: sale.currency,
  method: sale.methodKind,
  source: sale.source,
  language: sale.language,
  return_url: sale.returnUrl,
  paid_at: sale.paidAt.toISOString(),
  items: items.map(toItemResponse),
});

const toItemResponse = ({ item, offer }: WholeSale['items'][number]): SaleItemDto => ({
  id: item.uuid,
  kind: item.kind,
  status: item.status,
  name: item.name,
  offer: {
    id: offer.uuid,
    code: offer.code,
    product_code: offer.product?.code ?? null,
    plan_code: offer.plan?.code ?? null,
  },
  amount: item.amount,
  refunded_amount: item.refundedAmount,
  currency: item.currency,
  provider_payment_id: item.providerPaymentId,
  paid_at: item.paidAt?.toISOString() ?? null,
});
