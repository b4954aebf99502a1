import type { FieldError } from '../../common/errors/index.js';
import type { Offer, OfferProviderPrice } from './offer.js';

/** An offer as an administrator wants it. */
export interface OfferDraft extends Omit<
  Offer,
  'id' | 'uuid' | 'kind' | 'product' | 'plan' | 'planPrices' | 'providerPrices'
> {
  /** What it sells: exactly one of the two. */
  readonly productCode: string | null;
  readonly planCode: string | null;
  /** Prices at providers that stand for the offer from now on. */
  readonly providerPrices: readonly OfferProviderPrice[];
}

/** The only currency of Pix. */
const PIX_CURRENCY = 'BRL';

/** What is wrong with an offer as a whole, all at once; each field by itself is checked at the edge. Fields as in the API. */
export function findOfferProblems(draft: OfferDraft): FieldError[] {
  if ((draft.productCode === null) === (draft.planCode === null)) {
    return [{ field: 'product_code', message: 'give either product_code or plan_code' }];
  }
  const problems = draft.planCode === null ? findOneTimeProblems(draft) : findPlanProblems(draft);
  return [...problems, ...findPaymentProblems(draft), ...findRepeatedPrices(draft.providerPrices)];
}

function findOneTimeProblems(draft: OfferDraft): FieldError[] {
  return [
    when(draft.currency === null, 'currency', 'a product is sold in a currency'),
    when(draft.unitAmount === null, 'unit_amount', 'a product is sold at an amount'),
    when(
      draft.allowedMethods.includes('pix') && draft.currency !== null && draft.currency !== PIX_CURRENCY,
      'allowed_methods',
      `pix pays in ${PIX_CURRENCY} alone`,
    ),
  ].flat();
}

/** A plan is sold at its own prices, and billed again and again: neither Pix nor instalments can do that. */
function findPlanProblems(draft: OfferDraft): FieldError[] {
  return [
    when(draft.currency !== null, 'currency', 'a plan is sold at its own prices: leave it out'),
    when(draft.unitAmount !== null, 'unit_amount', 'a plan is sold at its own prices: leave it out'),
    when(draft.allowedMethods.includes('pix'), 'allowed_methods', 'a plan cannot be paid by pix'),
    when(draft.maximumInstallments > 1, 'maximum_installments', 'a plan has no instalments'),
  ].flat();
}

function findPaymentProblems(draft: OfferDraft): FieldError[] {
  const { maximumInstallments, minimumInstallmentAmount, unitAmount } = draft;
  return [
    when(
      maximumInstallments > 1 && !draft.allowedMethods.includes('card'),
      'maximum_installments',
      'only cards pay in instalments',
    ),
    when(
      minimumInstallmentAmount !== null && maximumInstallments === 1,
      'minimum_installment_amount',
      'says something only where maximum_installments is more than 1',
    ),
    when(
      minimumInstallmentAmount !== null && unitAmount !== null && minimumInstallmentAmount > unitAmount,
      'minimum_installment_amount',
      'must not be more than unit_amount',
    ),
  ].flat();
}

function findRepeatedPrices(prices: readonly OfferProviderPrice[]): FieldError[] {
  const keys = prices.map((price) => `${price.provider} ${price.providerPriceId}`);
  return keys.flatMap((key, position) =>
    when(keys.indexOf(key) !== position, `provider_price_ids.${position}`, 'the price is listed twice'),
  );
}

const when = (isWrong: boolean, field: string, message: string): FieldError[] => (isWrong ? [{ field, message }] : []);
