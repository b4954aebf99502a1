import { translateOffer } from '../../catalog/index.js';
import type { Language } from '../../config/index.js';
import type { CrossSellState } from '../cross-sell-states.js';
import type { LookedAt } from '../cross-sell.service.js';
import { FAILURE_TEXTS } from '../domain/failure-texts.js';
import { toPendingView } from '../pending-view.js';
import type { CrossSellDto, OfferLookDto } from './cross-sell.dto.js';
import { toSaleResponse } from './sales.response.js';

export function toCrossSellResponse(state: CrossSellState, language: Language): CrossSellDto {
  const { crossSell, attempt, offer, sale } = state;
  const pending = crossSell.status === 'pending' ? toPendingView(attempt, offer.uuid) : null;
  const code = crossSell.status === 'failed' ? attempt.failureCode : null;
  return {
    id: crossSell.uuid,
    status: crossSell.status === 'pending' ? (pending?.kind ?? 'processing') : crossSell.status,
    offer_id: offer.uuid,
    amount: attempt.amount,
    currency: attempt.currency,
    provider: crossSell.provider,
    checkout_url: pending?.url ?? null,
    failure: code && { code, message: FAILURE_TEXTS[code][language] },
    sale: sale ? toSaleResponse(sale) : null,
  };
}

export function toLookResponse({ prospect, terms, refusal, card }: LookedAt, language: Language): OfferLookDto {
  const { offer, provider, shown } = prospect;
  return {
    offer_id: offer.uuid,
    name: translateOffer(offer, language).name,
    provider,
    amount: shown?.price.amount ?? null,
    currency: shown?.price.currency ?? null,
    available: refusal === undefined,
    reason: refusal ?? null,
    method: card ? { id: card.id, brand: card.brand, last4: card.last4 } : null,
    terms: refusal === undefined ? (terms ?? null) : null,
  };
}
